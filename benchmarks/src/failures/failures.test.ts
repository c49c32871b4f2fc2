import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { openDataset } from '@kindred/data';
import { failuresCsv, failuresTable, withTable } from './failure-tables.ts';
import { blurred, failedSets, failureNames, realDraws, type FailureName } from './failures.ts';
import { verdictOf, type FailureRow } from './measure-failures.ts';

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

const row = (changes: Partial<FailureRow>, value: number): FailureRow => ({
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
});

describe('the tables', () => {
  it('show scores that are seen bold, and such as fool the metric struck through', () => {
    const table = failuresTable([row({}, 16), row({ metric: 'n' }, 4)], 'pnpm bench failures');
    expect(table).toContain('| **16** |');
    expect(table).toContain('| ~~4~~ |');
  });

  it('are put between the marks of a page', () => {
    const page = 'a\n<!-- failures: begin -->\nold\n<!-- failures: end -->\nz\n';
    expect(withTable(page, 'new')).toBe('a\n<!-- failures: begin -->\n\nnew\n\n<!-- failures: end -->\nz\n');
    expect(() => withTable('a', 'new')).toThrow('put these two lines');
  });

  it('in docs/metrics.md are those of the committed report', async () => {
    const read = (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
    const long = parse<Record<string, string>>(await read('reports/failures/failures.csv'), { columns: true });
    const keys = [...new Set(long.map(({ metric, features }) => `${metric} ${features}`))];
    const rows = keys
      .map((key) => long.filter(({ metric, features }) => `${metric} ${features}` === key))
      .map((own): FailureRow => ({
        metric: own[0]!['metric']!,
        features: own[0]!['features']!,
        unit: own[0]!['unit']!,
        better: own[0]!['better'] as FailureRow['better'],
        samples: Number(own[0]!['samples']),
        spread: Number(own[0]!['spread']),
        values: Object.fromEntries(own.map(({ failure, value }) => [failure, Number(value)])) as FailureRow['values'],
      }));
    expect(failuresCsv(rows)).toBe(await read('reports/failures/failures.csv'));
    const table = failuresTable(rows, 'pnpm bench failures');
    // The formatter pads the cells of tables.
    const plain = (text: string): string =>
      text.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').replaceAll('\\_', '_');
    const page = await read('docs/metrics.md');
    expect(plain(withTable(page, table))).toBe(plain(page));
  });
});
