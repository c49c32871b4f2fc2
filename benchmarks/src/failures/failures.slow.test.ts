import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '@kindred/data';
import { openEngine } from '@kindred/engine';
import { defaultSpaces, openEvaluator } from '@kindred/harness';
import { failureNames, type FailureName } from './failures.ts';
import { measureFailures, verdictOf, type FailureRow, type Verdict } from './measure-failures.ts';
import { acceptedVerdicts, committedCsv, rowsOfCsv } from './testing/committed-rows.ts';

/** What each metric says of real digits that fail in a known way, all of it measured anew. */
let rows: FailureRow[];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failures-'));
  const dataset = await openDataset('mnist', { seed: 1 });
  const engine = await openEngine({ kind: 'onnx', device: 'cpu', threads: 1 });
  const evaluator = await openEvaluator(dataset, {
    engine,
    cacheFolder: folder,
    dataSeed: 1,
    spaces: defaultSpaces(dataset.spec),
  });
  rows = await measureFailures(dataset, evaluator, 1);
  await evaluator.dispose();
  await engine.dispose();
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const rowOf = (metric: string, features: string): FailureRow =>
  rows.find((row) => row.metric === metric && row.features === features)!;
const saysOf = (metric: string, features: string, failure: FailureName): Verdict | null =>
  verdictOf(rowOf(metric, features), failure);

it('every verdict is that of the committed report, but for scores near the threshold', async () => {
  const committed = rowsOfCsv(await committedCsv());
  const nameOf = ({ metric, features }: FailureRow): string => `${metric} in ${features}`;
  expect(rows.map(nameOf)).toStrictEqual(committed.map(nameOf));
  const differences = committed.flatMap((row) =>
    failureNames.flatMap((failure) => {
      const said = saysOf(row.metric, row.features, failure);
      const accepted = acceptedVerdicts(row, failure);
      return accepted.includes(said) ? [] : [`${nameOf(row)}, ${failure}: ${said}, not ${accepted.join(' or ')}`];
    }),
  );
  expect(differences).toStrictEqual([]);
});

const spaces = ['classifier', 'random'];
const distances = ['frechet-distance', 'kernel-distance', 'sliced-wasserstein', 'nearest-neighbour-accuracy'];

describe.each(spaces)('in %s features', (space) => {
  it.each(distances)('%s sees blur, noise and a shifted mean, and misses that a set is memorised', (metric) => {
    for (const failure of ['blur', 'noise', 'shifted mean'] as const)
      expect(saysOf(metric, space, failure)).toBe('seen');
    expect(saysOf(metric, space, 'memorised set')).not.toBe('seen');
  });

  it('a dropped mode is seen by the Fréchet and the kernel distance, not by precision', () => {
    expect(saysOf('frechet-distance', space, 'dropped mode')).toBe('seen');
    expect(saysOf('kernel-distance', space, 'dropped mode')).toBe('seen');
    expect(saysOf('precision', space, 'dropped mode')).not.toBe('seen');
  });
});

describe('on real digits', () => {
  it('recall and coverage see a dropped mode, where features know the classes', () => {
    expect(saysOf('recall', 'classifier', 'dropped mode')).toBe('seen');
    expect(saysOf('coverage', 'classifier', 'dropped mode')).toBe('seen');
  });

  it('only the metrics of copying see a memorised set', () => {
    expect(saysOf('authentic-share', 'classifier', 'memorised set')).toBe('seen');
    expect(rowOf('authentic-share', 'classifier').values['memorised set']).toBe(0);
    expect(saysOf('data-copying', 'classifier', 'memorised set')).toBe('seen');
    expect(rowOf('data-copying', 'classifier').values['memorised set']).toBeLessThan(-10);
    expect(Math.abs(rowOf('data-copying', 'classifier').values.none!)).toBeLessThan(4);
    const others = rows.filter(({ metric }) => metric !== 'authentic-share' && metric !== 'data-copying');
    expect(others.filter((row) => verdictOf(row, 'memorised set') === 'seen')).toStrictEqual([]);
  });

  it('sharpness falls with blur and rises with noise', () => {
    const { values } = rowOf('sharpness-ratio', 'pixels');
    expect(values.none).toBeCloseTo(1, 1);
    expect(values.blur).toBeLessThan(0.5);
    expect(values.noise).toBeGreaterThan(1.1);
  });

  it('the spectrum sees blur and noise, and no dropped mode', () => {
    expect(saysOf('spectrum-distance', 'pixels', 'blur')).toBe('seen');
    expect(saysOf('spectrum-distance', 'pixels', 'noise')).toBe('seen');
    expect(rowOf('spectrum-distance', 'pixels').values['dropped mode']).toBeLessThan(1);
  });

  it('the inception score falls with a dropped class', () => {
    expect(saysOf('inception-score', 'classifier', 'dropped mode')).toBe('seen');
    expect(rowOf('inception-score', 'classifier').values['dropped mode']).toBeLessThan(9.2);
  });
});
