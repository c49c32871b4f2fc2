import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import type { Features } from './features.ts';
import { nearestNeighbourTwoSample } from './nearest-neighbour-two-sample.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';
import { trickySets } from './testing/tricky-sets.ts';

/** The definition over the whole matrix of squared distances in float64. */
function oracle(a: Features, b: Features) {
  const rowsOf = ({ data, rows, columns }: Features) =>
    Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
  const pooled = [...rowsOf(a), ...rowsOf(b)];
  const right = pooled.map((p, i) => {
    const distances = pooled.map((q, j) => (i === j ? Infinity : p.reduce((sum, v, k) => sum + (v - q[k]!) ** 2, 0)));
    const least = Math.min(...distances);
    const ties = distances.flatMap((distance, j) => (distance === least ? [j] : []));
    return ties.filter((j) => j < a.rows === i < a.rows).length / ties.length;
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { accuracy: mean(right), accuracyA: mean(right.slice(0, a.rows)), accuracyB: mean(right.slice(a.rows)) };
}

describe('nearestNeighbourTwoSample', () => {
  it('is a worked example, with a tie', async () => {
    // 0 and 1 are each other's nearest; 2 lies as far from 1 as from 3; 3 is nearest to 2; 9 to 3.
    const a = featuresOf([[0], [1], [9]]);
    const b = featuresOf([[2], [3]]);
    // Row 1 lies as far from 0 (its own set) as from 2 (not): a half.
    expect(await nearestNeighbourTwoSample(a, b)).toEqual({
      accuracy: expect.closeTo((1 + 0.5 + 0 + 0.5 + 1) / 5, 12),
      accuracyA: expect.closeTo(0.5, 12),
      accuracyB: expect.closeTo(0.75, 12),
    });
  });

  it.each(Object.entries(trickySets))('is the definition to the last tie on features that are %s', async (_, make) => {
    const [a, b] = [make(1, 80), make(2, 110)];
    const [got, expected] = [await nearestNeighbourTwoSample(a, b), oracle(a, b)];
    expect(got.accuracy).toBeCloseTo(expected.accuracy, 12);
    expect(got.accuracyA).toBeCloseTo(expected.accuracyA, 12);
    expect(got.accuracyB).toBeCloseTo(expected.accuracyB, 12);
  });

  it('is 1 for sets far apart, and 0 for a set and its copy', async () => {
    const a = normalFeatures(1, 100, 6);
    const far = changed(a, (value) => value + 100);
    expect(await nearestNeighbourTwoSample(a, far)).toEqual({ accuracy: 1, accuracyA: 1, accuracyB: 1 });
    expect(await nearestNeighbourTwoSample(a, a)).toEqual({ accuracy: 0, accuracyA: 0, accuracyB: 0 });
  });

  it('counts shares of a single place: constant features', async () => {
    const constant = (rows: number) => changed(normalFeatures(1, rows, 3), () => 0.3);
    // 4 of the 10 other rows are of a row's own set of 5; 5 of 10 of one's own set of 6.
    const { accuracyA, accuracyB } = await nearestNeighbourTwoSample(constant(5), constant(6));
    expect(accuracyA).toBeCloseTo(0.4, 12);
    expect(accuracyB).toBeCloseTo(0.5, 12);
  });

  it('is a half for equal distributions, and does not depend on the order of sets and rows', async () => {
    const n = 1000;
    const [a, b] = [normalFeatures(1, n, 5), normalFeatures(2, n, 5)];
    const got = await nearestNeighbourTwoSample(a, b);
    // Rows that are each other's nearest are right or wrong together: twice the binomial variance covers it. 5 standard errors.
    expect(Math.abs(got.accuracy - 0.5)).toBeLessThan(5 * Math.sqrt((2 * 0.25) / (2 * n)));
    const order = new RandomStream(1).permutation(n);
    expect(await nearestNeighbourTwoSample(inOrder(a, order), b)).toEqual(got);
    expect(await nearestNeighbourTwoSample(b, a)).toEqual({
      accuracy: got.accuracy,
      accuracyA: got.accuracyB,
      accuracyB: got.accuracyA,
    });
  });

  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(1, 5, 3);
    await expect(nearestNeighbourTwoSample(a, normalFeatures(1, 5, 4))).rejects.toThrow('a has 3, b has 4');
    await expect(nearestNeighbourTwoSample(a, normalFeatures(1, 1, 3))).rejects.toThrow(
      'b needs at least 2 rows, got 1',
    );
    const broken = changed(a, () => Number.NaN);
    await expect(nearestNeighbourTwoSample(broken, a)).rejects.toThrow('a at row 0, column 0');
  });
});
