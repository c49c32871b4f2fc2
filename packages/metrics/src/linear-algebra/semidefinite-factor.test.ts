import { describe, expect, it } from 'vitest';
import { changed, normalFeatures } from '../testing/random-features.ts';
import { momentsOf } from './moments.ts';
import { semidefiniteFactor, type SemidefiniteFactor } from './semidefinite-factor.ts';

function product({ values, size, rank }: SemidefiniteFactor): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += values[Math.floor(at / size) * size + k]! * values[(at % size) * size + k]!;
    return sum;
  });
}

function expectFactor(matrix: Float64Array, size: number, rank: number): void {
  const factor = semidefiniteFactor(matrix, size);
  expect(factor.rank).toBe(rank);
  const back = product(factor);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      // Relative to the two variances, so that a variable in small units is as exact as one in large units.
      const scale = Math.sqrt(matrix[i * size + i]! * matrix[j * size + j]!);
      expect(Math.abs(back[i * size + j]! - matrix[i * size + j]!)).toBeLessThanOrEqual(1e-12 * scale);
    }
  }
}

describe('semidefiniteFactor', () => {
  it('factors a covariance of full rank, whatever the units of its variables', () => {
    const features = changed(normalFeatures(1, 100, 12), (value, column) => value * 10 ** (column - 6));
    expectFactor(momentsOf(features).covariance, 12, 12);
  });

  it('finds the rank where there are fewer rows than columns', () => {
    expectFactor(momentsOf(normalFeatures(2, 9, 30)).covariance, 30, 8); // one is lost to the mean
  });

  it('finds the rank where columns are constant, duplicate or multiples', () => {
    const wide = changed(normalFeatures(3, 200, 5), (value, column) => (column === 1 ? 7 : value));
    for (let row = 0; row < 200; row++) {
      wide.data[row * 5 + 3] = wide.data[row * 5]!;
      wide.data[row * 5 + 4] = -8 * wide.data[row * 5 + 2]!;
    }
    expectFactor(momentsOf(wide).covariance, 5, 2);
  });

  it('gives rank 0 for a matrix of zeros', () => {
    expect(semidefiniteFactor(new Float64Array(9), 3).rank).toBe(0);
  });
});
