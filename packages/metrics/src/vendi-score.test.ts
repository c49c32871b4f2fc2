import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import type { Features } from './features.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';
import { vendiScore } from './vendi-score.ts';

/** The definition: eigenvalues of the similarities of all pairs of rows. */
function oracle({ data, rows, columns }: Features): number {
  const matrix = Matrix.from1DArray(rows, columns, data);
  const units = matrix.divColumnVector(Matrix.mul(matrix, matrix).sum('row').map(Math.sqrt));
  const shares = new EigenvalueDecomposition(units.mmul(units.transpose()).div(rows)).realEigenvalues;
  return Math.exp(shares.reduce((sum, share) => (share > 1e-14 ? sum - share * Math.log(share) : sum), 0));
}

describe('vendiScore', () => {
  it('is the number of rows where all are orthogonal, and 1 where all point the same way', async () => {
    const axes = featuresOf(
      Array.from({ length: 6 }, (_, i) => Array.from({ length: 9 }, (_, j) => (i === j ? i + 1 : 0))),
    );
    expect(await vendiScore(axes)).toBeCloseTo(6, 12);
    expect(await vendiScore(changed(normalFeatures(1, 50, 4), () => 0.3))).toBeCloseTo(1, 12);
    expect(await vendiScore(normalFeatures(1, 1, 4))).toBeCloseTo(1, 12);
  });

  it('is a worked example: two rows at an angle', async () => {
    // Similarity 0.6: eigenvalues (1 + 0.6) / 2 and (1 - 0.6) / 2.
    const expected = Math.exp(-(0.8 * Math.log(0.8) + 0.2 * Math.log(0.2)));
    expect(
      await vendiScore(
        featuresOf([
          [5, 0],
          [0.6, 0.8],
        ]),
      ),
    ).toBeCloseTo(expected, 7); // 0.6 in float32
  });

  it.each([
    [20, 50],
    [60, 13],
    [90, 90],
    [300, 40],
  ])('agrees with the definition on either side: %i rows of %i columns', async (rows, columns) => {
    const features = changed(normalFeatures(2, rows, columns), (value, column) => value / (1 + column) + 0.2);
    const expected = oracle(features);
    expect(Math.abs((await vendiScore(features)) - expected)).toBeLessThan(1e-9 * expected);
  });

  it('does not see the lengths of rows, their order, or how often all are repeated', async () => {
    const a = normalFeatures(3, 40, 7);
    const score = await vendiScore(a);
    expect(await vendiScore(changed(a, (value) => 8 * value))).toBeCloseTo(score, 10);
    expect(await vendiScore(changed(a, (value) => 2 ** -100 * value))).toBeCloseTo(score, 10);
    expect(await vendiScore(inOrder(a, new RandomStream(1).permutation(40)))).toBeCloseTo(score, 10);
    expect(await vendiScore(inOrder(a, [...Array(40).keys(), ...Array(40).keys()]))).toBeCloseTo(score, 10);
  });

  it('nears the number of columns for many rows without a preferred direction', async () => {
    expect(await vendiScore(normalFeatures(4, 20_000, 8))).toBeGreaterThan(7.99);
  });

  it('refuses what it cannot answer, and says why', async () => {
    await expect(
      vendiScore(
        featuresOf([
          [1, 2],
          [0, 0],
        ]),
      ),
    ).rejects.toThrow('vendiScore: a at row 1 must have a value other');
    await expect(vendiScore(featuresOf([[1, Number.NaN]]))).rejects.toThrow('a at row 0, column 1');
    await expect(vendiScore({ data: new Float32Array(), rows: 0, columns: 3 })).rejects.toThrow(
      'at least 1 row, got 0',
    );
  });
});
