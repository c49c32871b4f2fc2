import { describe, expect, it } from 'vitest';
import { classifierTwoSample } from './classifier-two-sample.ts';
import { normalTail } from './statistics/normal-tail.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';

describe('classifierTwoSample', () => {
  it('learns to tell two sets that a plane separates', async () => {
    const a = normalFeatures(1, 100, 4);
    const b = changed(normalFeatures(2, 100, 4), (value, column) => value + (column === 2 ? 20 : 0));
    const { accuracy, pValue } = await classifierTwoSample(a, b);
    expect(accuracy).toBe(1);
    expect(pValue).toBe(normalTail(0.5 * 2 * Math.sqrt(100)));
    expect(pValue).toBeLessThan(1e-20);
  });

  it('comes near the best accuracy there is: P(Z < s / 2) for means that are s apart', async () => {
    const b = changed(normalFeatures(4, 4000, 3), (value, column) => value + (column === 0 ? 1.5 : 0));
    const { accuracy } = await classifierTwoSample(normalFeatures(3, 4000, 3), b);
    const best = 1 - normalTail(0.75);
    expect(Math.abs(accuracy - best)).toBeLessThan(4 * Math.sqrt((best * (1 - best)) / 4000));
  });

  it('is at chance on one distribution, with p-values that are spread evenly over seeds', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, i) =>
        classifierTwoSample(normalFeatures(2 * i, 60, 3), normalFeatures(2 * i + 1, 60, 3), { seed: i }),
      ),
    );
    const mean = outcomes.reduce((sum, { accuracy }) => sum + accuracy, 0) / 200;
    expect(Math.abs(mean - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(200 * 60));
    for (const level of [0.1, 0.5, 0.9]) {
      const share = outcomes.filter(({ pValue }) => pValue < level).length / 200;
      // 4 standard errors, and a step of the accuracies of 60 rows, which is a tenth of the p-values in the middle.
      expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / 200) + 0.05);
    }
  });

  it('does not see a difference of variances alone', async () => {
    const wide = changed(normalFeatures(6, 1000, 2), (value) => 3 * value);
    const { accuracy } = await classifierTwoSample(normalFeatures(5, 1000, 2), wide);
    expect(Math.abs(accuracy - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(1000));
  });

  it('holds rows out: labels that mean nothing are not learnt where columns outnumber rows', async () => {
    const { accuracy } = await classifierTwoSample(normalFeatures(7, 100, 300), normalFeatures(8, 100, 300));
    expect(Math.abs(accuracy - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(100));
  });

  it('is the same for a seed, for any shift and scale of a column, and for more rows than the other set has', async () => {
    const a = normalFeatures(9, 80, 3);
    const b = changed(normalFeatures(10, 120, 3), (value) => value + 0.5);
    const result = await classifierTwoSample(a, b, { seed: 4 });
    expect(await classifierTwoSample(a, b, { seed: 4 })).toEqual(result);
    const scaled = [a, b].map((set) => changed(set, (value, column) => [8, 0.5, 1][column]! * value + 2 * column));
    expect(await classifierTwoSample(scaled[0]!, scaled[1]!, { seed: 4 })).toEqual(result);
    const accuracies = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => (await classifierTwoSample(a, b, { seed })).accuracy),
    );
    expect(new Set(accuracies).size).toBeGreaterThan(1);
    for (const accuracy of accuracies) expect((accuracy * 160) % 1).toBeCloseTo(0, 9); // 80 rows held out
  });

  it('knows nothing of constant or equal rows', async () => {
    const constant = featuresOf(Array.from({ length: 10 }, () => [0.1, 7]));
    expect(await classifierTwoSample(constant, constant)).toEqual({ accuracy: 0.5, pValue: 0.5 });
    const pair = inOrder(constant, [0, 1]);
    expect(await classifierTwoSample(pair, pair)).toEqual({ accuracy: 0.5, pValue: 0.5 });
  });

  it('survives held-out values that are beyond all measure', async () => {
    const tiny = changed(normalFeatures(12, 50, 2), (value, column) => (column === 0 ? value : 1e-38 * value));
    const huge = { ...tiny, data: tiny.data.map((value, i) => (i % 22 === 1 ? 1e38 : value)) };
    const { accuracy, pValue } = await classifierTwoSample(tiny, huge);
    expect([accuracy, pValue].every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(11, 3, 2);
    await expect(classifierTwoSample(a, inOrder(a, [0]))).rejects.toThrow('b needs at least 2 rows, got 1');
    await expect(classifierTwoSample(a, normalFeatures(11, 3, 3))).rejects.toThrow('a has 2, b has 3');
    await expect(classifierTwoSample(a, a, { ridge: 0 })).rejects.toThrow('ridge must be positive, got 0');
    const broken = changed(a, () => Number.NaN);
    await expect(classifierTwoSample(broken, a)).rejects.toThrow('a at row 0, column 0 must be a finite number');
  });
});
