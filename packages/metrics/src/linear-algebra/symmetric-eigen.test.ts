import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { changed, normalFeatures } from '../testing/random-features.ts';
import { momentsOf } from './moments.ts';
import { leadingEigenvectors, symmetricEigenvalues } from './symmetric-eigen.ts';

const covarianceOf = async (rows: number, size: number): Promise<Float64Array> => {
  const features = changed(normalFeatures(rows, rows, size), (value, column) => value * (1 + column / 3));
  return (await momentsOf(features)).covariance;
};

/** Largest entry of A v - l v, and of V V^T - 1. */
function errorsOf(
  matrix: Float64Array,
  size: number,
  { values, vectors }: Awaited<ReturnType<typeof leadingEigenvectors>>,
) {
  const entry = (row: number, i: number) => vectors[row * size + i]!;
  let [residual, overlap] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    for (let i = 0; i < size; i++) {
      let sum = -values[row]! * entry(row, i);
      for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * entry(row, j);
      residual = Math.max(residual, Math.abs(sum));
    }
    for (let other = 0; other <= row; other++) {
      let sum = other === row ? -1 : 0;
      for (let i = 0; i < size; i++) sum += entry(row, i) * entry(other, i);
      overlap = Math.max(overlap, Math.abs(sum));
    }
  }
  return { residual, overlap };
}

describe('eigenvalues and eigenvectors of symmetric matrices', () => {
  // Below and beyond a panel of 32 steps; rank short of the size.
  it.each([
    [10, 1],
    [10, 2],
    [50, 33],
    [200, 80],
    [21, 60],
  ])('agree with ml-matrix and are orthonormal: covariance of %i rows of %i columns', async (rows, size) => {
    const matrix = await covarianceOf(rows, size);
    const expected = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix)).realEigenvalues.toSorted(
      (a, b) => a - b,
    );
    const largest = expected.at(-1)!;
    const got = await symmetricEigenvalues(matrix.slice(), size);
    got.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-13 * largest));
    const leading = await leadingEigenvectors(matrix.slice(), size, Math.min(size, 25));
    const { residual, overlap } = errorsOf(matrix, size, leading);
    expect(residual).toBeLessThan(1e-12 * largest);
    expect(overlap).toBeLessThan(1e-13);
    leading.values.forEach((value, i) => expect(value).toBe(got[size - 1 - i]));
  });

  it('find as many vectors as an eigenvalue has', async () => {
    const matrix = new Float64Array(40 * 40);
    for (let i = 0; i < 40; i++) matrix[i * 41] = i < 5 ? 7 : i < 20 ? 2 : 0;
    const leading = await leadingEigenvectors(matrix.slice(), 40, 30);
    expect([...leading.values]).toEqual([...Array(5).fill(7), ...Array(15).fill(2), ...Array(10).fill(0)]);
    const { residual, overlap } = errorsOf(matrix, 40, leading);
    expect(residual).toBeLessThan(1e-13);
    expect(overlap).toBeLessThan(1e-13);
  });

  it('give the same vectors each time', async () => {
    const matrix = await covarianceOf(30, 12);
    const first = await leadingEigenvectors(matrix.slice(), 12, 5);
    expect(await leadingEigenvectors(matrix.slice(), 12, 5)).toEqual(first);
  });
});
