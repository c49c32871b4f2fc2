import { describe, expect, it } from 'vitest';
import { changed, normalFeatures } from '../testing/random-features.ts';
import { momentsOf } from './moments.ts';

/** The definition, entry by entry. */
function naiveMoments({ data, rows, columns }: { data: Float32Array; rows: number; columns: number }) {
  const column = (j: number) => Array.from({ length: rows }, (_, i) => data[i * columns + j]!);
  const mean = Array.from({ length: columns }, (_, j) => column(j).reduce((a, b) => a + b, 0) / rows);
  const covariance = mean.flatMap((m, i) => {
    const left = column(i).map((v) => v - m);
    return mean.map((n, j) => column(j).reduce((sum, v, row) => sum + left[row]! * (v - n), 0) / (rows - 1));
  });
  return { mean, covariance };
}

describe('momentsOf', () => {
  // Sizes below and beyond a block of the covariance (256 columns) and one of rows (1 024).
  it.each([
    [2, 1],
    [7, 3],
    [20, 270],
    [1030, 30],
  ])('is the definition at %i x %i', async (rows, columns) => {
    const features = changed(normalFeatures(1, rows, columns), (value, column) => value * (column + 1) + 3);
    const [got, expected] = [await momentsOf(features), naiveMoments(features)];
    const scale = columns * columns;
    expected.mean.forEach((value, i) => expect(got.mean[i]).toBeCloseTo(value, 10));
    expect(got.covariance).toHaveLength(columns * columns);
    // Only the order of float64 sums differs: 1e-12 of the largest variance.
    const worst = expected.covariance.reduce((most, v, i) => Math.max(most, Math.abs(v - got.covariance[i]!)), 0);
    expect(worst).toBeLessThan(1e-12 * scale);
  });

  it('keeps small variances beside large means, and gives a constant column exactly 0', async () => {
    const features = changed(normalFeatures(2, 500, 3), (value, column) => [1e4 + value, 0.1, value][column]!);
    const { mean, covariance } = await momentsOf(features);
    expect(mean[1]).toBe(Math.fround(0.1));
    expect([covariance[1], covariance[4], covariance[7]]).toEqual([0, 0, 0]);
    // float32 holds 1e4 + value to 5e-4; the variance of that rounding is 1e-7.
    expect(covariance[0]).toBeCloseTo(naiveMoments(features).covariance[0]!, 10);
  });
});
