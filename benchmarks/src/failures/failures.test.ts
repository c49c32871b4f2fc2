import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openDataset } from '@kindred/data';
import type { Evaluator } from '@kindred/harness';
import { failuresCsv, failuresTable, withTable } from './failure-tables.ts';
import { blurred, failedSets, failureNames, realDraws, type FailureName } from './failures.ts';
import { measureFailures, verdictOf, type FailureRow } from './measure-failures.ts';
import { acceptedVerdicts, committedCsv, rowsOfCsv } from './testing/committed-rows.ts';

const mnist = await openDataset('mnist', { seed: 1 });
const { count, sets } = failedSets(mnist, 1);
const samplesOf = (name: FailureName): Float32Array => sets.find(({ failure }) => failure === name)!.samples;
const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('failedSets', () => {
  it('makes sets of one size, of intensities in 0 ... 1, the same for the same seed', () => {
    expect(sets.map(({ failure }) => failure)).toStrictEqual([...failureNames]);
    for (const { samples } of sets) {
      expect(samples).toHaveLength(count * 784);
      expect(samples.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    const again = failedSets(mnist, 1).sets;
    // Vitest takes a minute to compare as many numbers one by one.
    const bytes = (samples: Float32Array): Buffer =>
      Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    for (const [i, { samples }] of sets.entries()) expect(bytes(again[i]!.samples).equals(bytes(samples))).toBe(true);
  });

  it('leaves out the first class, and only that', () => {
    const { labels } = mnist.splits.validation;
    expect(count).toBe(labels!.filter((label) => label !== 0).length);
    const dropped = samplesOf('dropped mode');
    const first = labels!.findIndex((label) => label !== 0);
    expect(dropped.subarray(0, 784)).toEqual(mnist.splits.validation.floats(first, first + 1));
  });

  it('hands out training examples as the memorised set', () => {
    const train = mnist.splits.train.floats();
    const inTrain = new Set(Array.from({ length: mnist.splits.train.count }, (_, i) => imageKey(train, i)));
    const memorised = samplesOf('memorised set');
    for (let i = 0; i < count; i++) expect(inTrain.has(imageKey(memorised, i))).toBe(true);
  });

  it('raises the mean by no more than the shift, and keeps it in a blur', () => {
    const real = meanOf(samplesOf('none'));
    expect(meanOf(samplesOf('shifted mean'))).toBeGreaterThan(real + 0.07); // bright pixels are cut at 1
    expect(meanOf(samplesOf('shifted mean'))).toBeLessThan(real + 0.1);
    expect(meanOf(samplesOf('blur'))).toBeCloseTo(real, 3); // digits do not touch the edge
  });

  it('refuses what has no classes', async () => {
    const ring = await openDataset('ring', { seed: 0 });
    expect(() => failedSets(ring, 0)).toThrow('ring has no labelled images');
  });
});

function imageKey(images: Float32Array, at: number): string {
  return Buffer.from(images.buffer, images.byteOffset + at * 784 * 4, 784 * 4).toString('latin1');
}

describe('blurred', () => {
  it('spreads a single pixel by the binomial weights, and keeps constant images, channel by channel', () => {
    const image = new Float32Array(7 * 7 * 2);
    image[(3 * 7 + 3) * 2] = 1;
    const result = blurred(image, { shape: [7, 7, 2] });
    expect(result[(3 * 7 + 3) * 2]).toBeCloseTo(36 / 256, 6);
    expect(result[(1 * 7 + 2) * 2]).toBeCloseTo(4 / 256, 6);
    expect(result.filter((_, i) => i % 2 === 1).every((value) => value === 0)).toBe(true);
    const flat = blurred(new Float32Array(50).fill(0.3), { shape: [5, 10, 1] });
    for (const value of flat) expect(value).toBeCloseTo(0.3, 6);
  });
});

describe('realDraws', () => {
  it('draws other examples for another seed', () => {
    const [first, second] = realDraws(mnist, 20, [0, 1]);
    expect(first).not.toEqual(second);
    expect(realDraws(mnist, 20, [0])[0]).toEqual(first);
  });
});

/** Scores the six sets and the 20 draws after them as told, call by call; where it is told nothing, there is no row. */
function tellingEvaluator(scores: Readonly<Record<string, (call: number) => number | undefined>>): Evaluator {
  let call = -1;
  return {
    cards: [],
    score: async (_, samples) => {
      call += 1;
      return Object.entries(scores).flatMap(([metric, scoreOf]) => {
        const value = scoreOf(call);
        return value === undefined
          ? []
          : [{ metric, split: 'test', features: 'f', value, unit: '', better: 'lower', samples }];
      });
    },
    scoreMidpoints: async () => [],
    dispose: async () => {},
  };
}

describe('measureFailures', () => {
  /** Real data scores 10, the failures 20, 30 ...; the draws 6, 7 ... 25. */
  const score = (call: number): number => (call < 6 ? 10 * (call + 1) : call);
  const without = (missing: number) => (call: number) => (call === missing ? undefined : score(call));
  const scores = {
    complete: score,
    'no blur': without(1),
    'no real data': without(0),
    'one draw less': without(9),
    'one draw not finite': (call: number) => (call === 9 ? Number.NaN : score(call)),
    'data-copying': (call: number) => (call < 6 ? score(call) : undefined),
    'authentic-share': without(0),
  };

  it('takes the standard deviation of real data for chance, and says what is not measured', async () => {
    const rows = await measureFailures(mnist, tellingEvaluator(scores), 1);
    expect(rows.map(({ metric }) => metric).sort()).toStrictEqual(Object.keys(scores).sort());
    const rowOf = (metric: string): FailureRow => rows.find((each) => each.metric === metric)!;
    const verdicts = (metric: string) => failureNames.slice(1).map((failure) => verdictOf(rowOf(metric), failure));
    const nothing = failureNames.slice(1).map(() => 'not measured');

    expect(rowOf('complete').spread).toBeCloseTo(Math.sqrt((20 * 21) / 12), 12); // of 20 whole numbers in a row
    expect(rowOf('complete').values).toStrictEqual({
      none: 10,
      blur: 20,
      noise: 30,
      'dropped mode': 40,
      'memorised set': 50,
      'shifted mean': 60,
    });
    expect(verdicts('complete')).toStrictEqual(['missed', 'missed', 'missed', 'seen', 'seen']);
    expect(rowOf('no blur').values.blur).toBeNull();
    expect(verdicts('no blur')).toStrictEqual(['not measured', 'missed', 'missed', 'seen', 'seen']);
    expect(rowOf('no real data').values).toMatchObject({ none: null, blur: 20 });
    expect(verdicts('no real data')).toStrictEqual(nothing);
    for (const metric of ['one draw less', 'one draw not finite']) {
      expect(rowOf(metric)).toMatchObject({ spread: null, values: { none: 10, blur: 20 } });
      expect(verdicts(metric)).toStrictEqual(nothing);
    }
    // By theory: draws are of no use, the value of unseen data is.
    expect(rowOf('data-copying').spread).toBe(1);
    expect(rowOf('authentic-share').spread).toBeNull();
  });
});

const row = (changes: Partial<FailureRow>, value: number | null): FailureRow => ({
  metric: 'm',
  features: 'f',
  unit: '',
  better: 'lower',
  samples: 10,
  spread: 1,
  values: { none: 10, blur: value, noise: 10, 'dropped mode': 10, 'memorised set': 10, 'shifted mean': 10 },
  ...changes,
});

describe('verdictOf', () => {
  it('sees what is worse, is fooled by what is better, beyond chance', () => {
    expect(verdictOf(row({}, 16), 'blur')).toBe('seen');
    expect(verdictOf(row({}, 15), 'blur')).toBe('missed'); // 4 sqrt(2) = 5.7 is the limit
    expect(verdictOf(row({}, 4), 'blur')).toBe('fooled');
    expect(verdictOf(row({ better: 'higher' }, 16), 'blur')).toBe('fooled');
    expect(verdictOf(row({ better: 'zero' }, -30), 'blur')).toBe('seen');
    expect(verdictOf(row({ better: 'one', spread: 0.1 }, 1), 'blur')).toBe('fooled');
    expect(verdictOf(row({ better: 'real' }, 16), 'blur')).toBe('seen');
    expect(verdictOf(row({ better: 'real' }, 4), 'blur')).toBe('seen');
    expect(verdictOf(row({ better: 'none' }, 99), 'blur')).toBeNull();
    expect(verdictOf(row({}, 15), 'none')).toBeNull();
  });

  it('takes any difference for more than chance where real data has no spread', () => {
    expect(verdictOf(row({ spread: 0 }, 10), 'blur')).toBe('missed');
    expect(verdictOf(row({ spread: 0 }, 10.1), 'blur')).toBe('seen');
  });

  it('says nothing of what is not measured', () => {
    expect(verdictOf(row({}, null), 'blur')).toBe('not measured');
    expect(verdictOf(row({ better: 'real' }, null), 'blur')).toBe('not measured');
    expect(verdictOf(row({ spread: null }, 16), 'blur')).toBe('not measured');
    expect(verdictOf(row({ spread: null }, 16), 'none')).toBeNull();
    expect(verdictOf(row({ better: 'none' }, null), 'blur')).toBeNull();
  });
});

describe('acceptedVerdicts', () => {
  it('leave a score near the threshold open between its two sides, and no other', () => {
    const accepted = (margin: number, features: string) =>
      acceptedVerdicts(row({ features }, 10 + margin * 4 * Math.SQRT2), 'blur');
    expect(accepted(1.12, 'random')).toStrictEqual(['seen']);
    expect(accepted(1.08, 'random')).toStrictEqual(['missed', 'seen']);
    expect(accepted(-0.92, 'random')).toStrictEqual(['missed', 'fooled']);
    expect(accepted(-0.88, 'random')).toStrictEqual(['missed']);
    expect(accepted(-1.55, 'classifier')).toStrictEqual(['fooled']);
    expect(accepted(-1.45, 'classifier')).toStrictEqual(['missed', 'fooled']);
    expect(accepted(0.55, 'classifier')).toStrictEqual(['missed', 'seen']);
    expect(accepted(0.45, 'classifier')).toStrictEqual(['missed']);
    expect(acceptedVerdicts(row({}, null), 'blur')).toStrictEqual(['not measured']);
    expect(acceptedVerdicts(row({}, 16), 'none')).toStrictEqual([null]);
  });

  it('leave at most a tenth of the committed report open', async () => {
    const accepted = rowsOfCsv(await committedCsv()).flatMap((each) =>
      failureNames.slice(1).map((failure) => acceptedVerdicts(each, failure)),
    );
    expect(accepted.filter(([verdict]) => verdict === null || verdict === 'not measured')).toStrictEqual([]);
    expect(accepted.filter(({ length }) => length > 1).length).toBeLessThanOrEqual(accepted.length / 10);
  });
});

describe('the tables', () => {
  it('show scores that are seen bold, and such as fool the metric struck through', () => {
    const table = failuresTable([row({}, 16), row({ metric: 'n' }, 4)], 'pnpm bench failures');
    expect(table).toContain('| **16** |');
    expect(table).toContain('| ~~4~~ |');
  });

  it('show a dash for what is not measured, and explain it only then', () => {
    const command = 'pnpm bench failures';
    const lineOf = (changes: Partial<FailureRow>, value: number | null): string =>
      failuresTable([row(changes, value)], command)
        .split('\n')
        .find((line) => line.startsWith('| M ↓'))!
        .replaceAll(/ +/g, ' ');
    expect(lineOf({}, null)).toBe('| M ↓ | f | 10 | – | 10 | 10 | 10 | 10 |');
    expect(lineOf({ spread: null }, 16)).toBe('| M ↓ | f | 10 | – | – | – | – | – |');
    expect(failuresTable([row({}, null)], command)).toContain('–: not measured');
    expect(failuresTable([row({}, 16)], command)).not.toContain('not measured');
    const csv = failuresCsv([row({}, null), row({ metric: 'n', spread: null }, 16)]).split('\n');
    expect(csv).toContain('m,f,blur,,1,,lower,10,not measured');
    expect(csv).toContain('n,f,blur,16,,,lower,10,not measured');
  });

  it('are put between the marks of a page', () => {
    const page = 'a\n<!-- failures: begin -->\nold\n<!-- failures: end -->\nz\n';
    expect(withTable(page, 'new')).toBe('a\n<!-- failures: begin -->\n\nnew\n\n<!-- failures: end -->\nz\n');
    expect(() => withTable('a', 'new')).toThrow('put these two lines');
  });

  it('in docs/metrics.md are those of the committed report', async () => {
    const rows = rowsOfCsv(await committedCsv());
    expect(failuresCsv(rows)).toBe(await committedCsv());
    const table = failuresTable(rows, 'pnpm bench failures');
    // The formatter pads the cells of tables.
    const plain = (text: string): string =>
      text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').replaceAll('\\_', '_');
    const page = await readFile(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');
    expect(plain(withTable(page, table))).toBe(plain(page));
  });
});
