import { Matrix, QrDecomposition, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { frechetDistance, frechetReference } from './frechet-distance.ts';
import type { Features } from './features.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';

/** From the centred rows X, Y alone: tr((S_a S_b)^(1/2)) is the sum of singular values of X Y^T / sqrt((m - 1)(n - 1)). */
function distanceFromRows(a: Features, b: Features): number {
  const centred = ({ data, rows, columns }: Features) => {
    const matrix = Matrix.from1DArray(rows, columns, data);
    const mean = matrix.mean('column');
    return { mean, rows: matrix.subRowVector(mean).div(Math.sqrt(rows - 1)) };
  };
  const [x, y] = [centred(a), centred(b)];
  const shift = x.mean.reduce((sum, value, i) => sum + (value - y.mean[i]!) ** 2, 0);
  const roots = new SVD(x.rows.mmul(y.rows.transpose()), { autoTranspose: true }).diagonal;
  return shift + x.rows.norm() ** 2 + y.rows.norm() ** 2 - 2 * roots.reduce((sum, value) => sum + value, 0);
}

/** A random rotation of `columns` dimensions, applied in float64 and rounded to float32. */
function rotated({ data, rows, columns }: Features, seed: number): Features {
  const noise = new RandomStream(seed).fillNormal(new Float64Array(columns * columns));
  const rotation = new QrDecomposition(Matrix.from1DArray(columns, columns, noise)).orthogonalMatrix;
  return { data: Float32Array.from(Matrix.from1DArray(rows, columns, data).mmul(rotation).to1DArray()), rows, columns };
}

describe('frechetDistance', () => {
  it('is (m - n)^2 + (s - t)^2 in one dimension: a worked example', async () => {
    // 0, 2: mean 1, variance 2. 3, 7, 11: mean 7, variance 16. 36 + 2 + 16 - 2 sqrt(32) = 54 - 8 sqrt(2)
    expect(await frechetDistance(featuresOf([[0], [2]]), featuresOf([[3], [7], [11]]))).toBeCloseTo(
      54 - 8 * Math.SQRT2,
      12,
    );
  });

  it('is the squared length of a shift, and (1 - c)^2 of the total variance for a stretch by c', async () => {
    const a = featuresOf([
      [0, 0, 1],
      [4, 0, 0],
      [0, 8, 0],
      [4, 8, 1],
    ]); // small integers: shifts and stretches are exact
    expect(
      await frechetDistance(
        a,
        changed(a, (value, column) => value + [1, -2, 2][column]!),
      ),
    ).toBeCloseTo(9, 12);
    const variance = (16 + 64 + 1) / 3;
    expect(
      await frechetDistance(
        a,
        changed(a, (value) => 3 * value),
      ),
    ).toBeCloseTo(4 * variance + (4 * 2) ** 2 / 4 + (8 * 2) ** 2 / 4 + 1, 11);
  });

  it('is 0 for a set and itself, in any order of rows', async () => {
    const a = normalFeatures(1, 300, 40);
    expect(await frechetDistance(a, a)).toBeLessThan(1e-12); // 40 unit variances cancel
    expect(await frechetDistance(a, inOrder(a, new RandomStream(1).permutation(300)))).toBeLessThan(1e-12);
  });

  it('does not depend on the order of the arguments or on the order of rows', async () => {
    const a = normalFeatures(1, 300, 20);
    const b = changed(normalFeatures(2, 200, 20), (value, column) => value * (1 + column / 10) + 0.5);
    const distance = await frechetDistance(a, b);
    expect(await frechetDistance(b, a)).toBeCloseTo(distance, 11);
    expect(await frechetDistance(inOrder(a, new RandomStream(1).permutation(300)), b)).toBeCloseTo(distance, 11);
  });

  it('does not change when both sets are rotated', async () => {
    const a = normalFeatures(1, 400, 16);
    const b = changed(normalFeatures(2, 400, 16), (value, column) => value * (1 + column / 4));
    // Rotated values are rounded to float32, 6e-8 relative.
    expect(await frechetDistance(rotated(a, 3), rotated(b, 3))).toBeCloseTo(await frechetDistance(a, b), 5);
  });

  it.each([
    ['more rows than columns', 150, 120, 20],
    ['fewer rows than columns', 20, 35, 60],
    ['beyond a tile', 90, 300, 70],
  ])('agrees with the singular values of the centred rows: %s', async (_, m, n, columns) => {
    const a = normalFeatures(4, m, columns);
    const b = changed(normalFeatures(5, n, columns), (value, column) => value * 2 ** (column % 3) + 1);
    const expected = distanceFromRows(a, b);
    expect(Math.abs((await frechetDistance(a, b)) - expected)).toBeLessThan(1e-10 * expected); // rounding in float64
  });

  it('is finite and right on constant and duplicate columns', async () => {
    const constant = featuresOf([
      [2, 5],
      [2, 5],
      [2, 5],
    ]);
    expect(await frechetDistance(constant, constant)).toBe(0);
    expect(
      await frechetDistance(
        constant,
        featuresOf([
          [3, 5],
          [3, 5],
        ]),
      ),
    ).toBe(1);
    const twins = featuresOf([
      [1, 1],
      [3, 3],
      [8, 8],
    ]);
    const single = featuresOf([[1], [3], [8]]);
    const others = featuresOf([[0], [4], [1], [2]]);
    const doubled = featuresOf([
      [0, 0],
      [4, 4],
      [1, 1],
      [2, 2],
    ]);
    expect(await frechetDistance(twins, doubled)).toBeCloseTo(2 * (await frechetDistance(single, others)), 12);
    // A collapse onto one point costs all of the variance: 13 along one axis for 1, 3, 8.
    expect(await frechetDistance(single, featuresOf([[4], [4]]))).toBeCloseTo(13, 12);
  });

  // Mean and standard deviation of pytorch-fid's formula in numpy, over 400 draws at n = 100 and 200 at the others.
  it.each([
    [100, 22.229, 0.708],
    [500, 4.414, 0.147],
    [1000, 2.211, 0.065],
  ])('has the known bias: N(0, I64) against itself at n = %i is %f on average', async (n, expected, deviation) => {
    const draws = 8;
    let sum = 0;
    for (let i = 0; i < draws; i++) {
      sum += await frechetDistance(normalFeatures(2 * i, n, 64), normalFeatures(2 * i + 1, n, 64));
    }
    expect(Math.abs(sum / draws - expected)).toBeLessThan(4 * (deviation / Math.sqrt(draws))); // 4 standard errors
  });

  it('takes a side that is worked out already', async () => {
    const [a, b] = [normalFeatures(1, 90, 12), normalFeatures(2, 80, 12)];
    const [real, fake] = [await frechetReference(a), await frechetReference(b)];
    const distance = await frechetDistance(a, b);
    expect(await frechetDistance(real, b)).toBe(distance);
    expect(await frechetDistance(a, fake)).toBe(distance);
    expect(await frechetDistance(real, fake)).toBe(distance);
    await expect(frechetDistance(real, normalFeatures(1, 5, 4))).rejects.toThrow('a has 12, b has 4');
    await expect(frechetReference(normalFeatures(1, 1, 3))).rejects.toThrow(
      'frechetReference: features needs at least 2',
    );
  });

  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(1, 5, 3);
    await expect(frechetDistance(a, normalFeatures(1, 5, 4))).rejects.toThrow('a has 3, b has 4');
    await expect(frechetDistance(a, normalFeatures(1, 1, 3))).rejects.toThrow('b needs at least 2 rows, got 1');
    await expect(
      frechetDistance(
        changed(a, () => Number.NaN),
        a,
      ),
    ).rejects.toThrow('a at row 0, column 0');
  });
});
