import type { Better } from '@kindred/harness';
import { describe, expect, it } from 'vitest';
import { modelsOf } from './models.ts';
import { ranking, separatedBest } from './ranking.ts';
import { columnsOf, summarise } from './summary.ts';
import { failedTrial, floor, metricRow, suiteRun, trialRecord } from './testing/fixture-run.ts';

const runWith = (...trials: ReturnType<typeof trialRecord>[]) => suiteRun({ trials, calibration: [] });

describe('summarise', () => {
  it('takes mean, sd with n - 1, and median over seeds; the interval lies within the values around the mean', () => {
    const values = [1, 2, 6];
    const [row] = summarise(
      runWith(...values.map((value, seed) => trialRecord({ seed, metrics: [metricRow(value)] }))),
    );
    expect(row).toMatchObject({ n: 3, failed: 0, mean: 3, sd: Math.sqrt(7), median: 2 });
    expect(row!.low).toBeGreaterThanOrEqual(1);
    expect(row!.low).toBeLessThan(3);
    expect(row!.high).toBeGreaterThan(3);
    expect(row!.high).toBeLessThanOrEqual(6);
  });

  it('gives no sd and no interval for one seed', () => {
    const [row] = summarise(runWith(trialRecord()));
    expect(row).toMatchObject({ n: 1, mean: 10, median: 10, sd: null, low: null, high: null });
  });

  it('counts failed trials and leaves their values out', () => {
    const partial = failedTrial({ seed: 1, metrics: [metricRow(1e6)] });
    const [row] = summarise(runWith(trialRecord(), partial, failedTrial({ seed: 2 })));
    expect(row).toMatchObject({ n: 1, failed: 2, mean: 10 });
  });

  it('keeps a row without metric for a model that always failed, or does not apply', () => {
    const skipped = trialRecord({ family: 'vae', status: 'not-applicable', metrics: [] });
    const rows = summarise(runWith(failedTrial(), failedTrial({ seed: 1 }), skipped));
    expect(rows).toMatchObject([
      { family: 'gan', metric: null, n: 0, failed: 2, mean: null },
      { family: 'vae', metric: null, n: 0, failed: 0, mean: null },
    ]);
    expect(columnsOf(rows, 'digits')).toStrictEqual([]);
  });

  it('keeps splits, features and datasets apart', () => {
    const metrics = [metricRow(1), metricRow(2, { split: 'validation' }), metricRow(3, { features: 'pixels' })];
    const rows = summarise(
      runWith(trialRecord({ metrics }), trialRecord({ dataset: 'ring', metrics: [metricRow(4)] })),
    );
    expect(rows.map(({ dataset, split, features, mean }) => [dataset, split, features, mean])).toStrictEqual([
      ['digits', 'test', 'classifier', 1],
      ['digits', 'validation', 'classifier', 2],
      ['digits', 'test', 'pixels', 3],
      ['ring', 'test', 'classifier', 4],
    ]);
  });

  it('has no column for what the calibration alone was measured by', () => {
    const likelihood = metricRow(5, { metric: 'negative-log-likelihood' });
    const rows = summarise(suiteRun({ calibration: [{ ...floor, metrics: [metricRow(1), likelihood] }] }));
    expect(rows.some(({ metric }) => metric === 'negative-log-likelihood')).toBe(true);
    expect(columnsOf(rows, 'digits').map(({ metric }) => metric)).toEqual(['frechet-distance']);
  });

  it('leaves values that are not finite out of n', () => {
    const [row] = summarise(runWith(trialRecord(), trialRecord({ seed: 1, metrics: [metricRow(Number.NaN)] })));
    expect(row).toMatchObject({ n: 1, mean: 10 });
  });
});

describe('separatedBest', () => {
  const compare = (better: Better, values: Record<string, number[]>, unseen?: number) => {
    const trials = Object.entries(values).flatMap(([family, list]) =>
      list.map((value, seed) => trialRecord({ family, seed, metrics: [metricRow(value, { better })] })),
    );
    const calibration =
      unseen === undefined
        ? []
        : [{ ...floor, name: 'validation-against-test', metrics: [metricRow(unseen, { better })] }];
    const run = { ...runWith(...trials), calibration };
    const summary = summarise(run);
    const [column] = columnsOf(summary, 'digits');
    const best = separatedBest(summary, 'digits', modelsOf(run), column!);
    return {
      best: best?.label ?? null,
      order: ranking(summary, 'digits', modelsOf(run), column!).map(({ model }) => model.label),
    };
  };

  it('names the model whose values are all better', () => {
    expect(compare('lower', { a: [5, 6, 7], b: [1, 2, 3] })).toStrictEqual({ best: 'b', order: ['b', 'a'] });
    expect(compare('higher', { a: [5, 6, 7], b: [1, 2, 3] })).toStrictEqual({ best: 'a', order: ['a', 'b'] });
  });

  it('measures the distance from one on both sides', () => {
    expect(compare('one', { a: [0.2, 0.3], b: [1.1, 1.2], c: [3, 4] })).toStrictEqual({
      best: 'b',
      order: ['b', 'a', 'c'],
    });
    expect(compare('one', { a: [0.5, 1.6], b: [1.3, 1.4] }).best).toBeNull();
  });

  it('measures the distance from one half, from zero and from unseen real data too', () => {
    const values = { a: [0.05, 0.06], b: [0.45, 0.56], c: [0.8, 0.9] };
    expect(compare('half', values)).toStrictEqual({ best: 'b', order: ['b', 'c', 'a'] });
    expect(compare('zero', values)).toStrictEqual({ best: 'a', order: ['a', 'b', 'c'] });
    expect(compare('real', values, 0.85)).toStrictEqual({ best: 'c', order: ['c', 'b', 'a'] });
    expect(compare('real', values)).toStrictEqual({ best: null, order: [] });
  });

  it('names none where intervals overlap, with one seed, without a rival, or where the metric is no score', () => {
    expect(compare('lower', { a: [1, 5, 9], b: [2, 4, 6] }).best).toBeNull();
    expect(compare('lower', { a: [1], b: [9] }).best).toBeNull();
    expect(compare('lower', { a: [1, 2] }).best).toBeNull();
    expect(compare('none', { a: [1, 2], b: [8, 9] })).toStrictEqual({ best: null, order: [] });
  });

  it('never names a baseline', () => {
    expect(compare('lower', { a: [5, 6], b: [8, 9], baselines: [1, 2] })).toStrictEqual({
      best: 'a',
      order: ['a', 'b'],
    });
  });
});
