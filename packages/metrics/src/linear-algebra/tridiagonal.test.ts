import { describe, expect, it } from 'vitest';
import { tridiagonalEigenvalues } from './tridiagonal.ts';

describe('tridiagonalEigenvalues', () => {
  it('are 2 - 2 cos(i pi / (n + 1)) for the second differences', () => {
    const n = 100;
    const got = tridiagonalEigenvalues({
      diagonal: new Float64Array(n).fill(2),
      beside: new Float64Array(n - 1).fill(-1),
    }).sort();
    got.forEach((value, i) => expect(value).toBeCloseTo(2 - 2 * Math.cos(((i + 1) * Math.PI) / (n + 1)), 13));
  });

  it('are the diagonal where nothing is beside it, and pairs of either sign where nothing is on it', () => {
    const diagonal = Float64Array.of(3, -1, 0, 7);
    expect([...tridiagonalEigenvalues({ diagonal, beside: new Float64Array(3) })]).toEqual([3, -1, 0, 7]);
    const pairs = tridiagonalEigenvalues({ diagonal: new Float64Array(4), beside: Float64Array.of(5, 0, 2) }).sort();
    [-5, -2, 2, 5].forEach((value, i) => expect(pairs[i]).toBeCloseTo(value, 14));
  });

  it('are 0 for zeros, and the entry of a single one', () => {
    expect([...tridiagonalEigenvalues({ diagonal: new Float64Array(3), beside: new Float64Array(2) })]).toEqual([
      0, 0, 0,
    ]);
    expect([...tridiagonalEigenvalues({ diagonal: Float64Array.of(4), beside: new Float64Array() })]).toEqual([4]);
  });
});
