import { describe, expect, it } from 'vitest';
import { changed, normalFeatures } from '../testing/random-features.ts';
import { momentsOf } from './moments.ts';
import { semidefiniteFactor, type SemidefiniteFactor } from './semidefinite-factor.ts';

function product({ values, size, rank }: SemidefiniteFactor): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += values[k * size + Math.floor(at / size)]! * values[k * size + (at % size)]!;
    return sum;
  });
}

async function expectFactor(matrix: Float64Array, size: number, rank: number): Promise<void> {
  const factor = await semidefiniteFactor(matrix, size);
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
  it('factors a covariance of full rank, whatever the units of its variables', async () => {
    const features = changed(normalFeatures(1, 100, 12), (value, column) => value * 10 ** (column - 6));
    await expectFactor((await momentsOf(features)).covariance, 12, 12);
  });

  it('finds the rank where there are fewer rows than columns', async () => {
    await expectFactor((await momentsOf(normalFeatures(2, 9, 30))).covariance, 30, 8); // one is lost to the mean
  });

  it('goes on beyond a panel of steps, to full rank and short of it', async () => {
    const stretched = changed(normalFeatures(4, 300, 150), (value, column) => value * (1 + column));
    await expectFactor((await momentsOf(stretched)).covariance, 150, 150);
    await expectFactor((await momentsOf(normalFeatures(5, 101, 180))).covariance, 180, 100);
  });

  it('finds the rank where columns are constant, duplicate or multiples', async () => {
    const wide = changed(normalFeatures(3, 200, 5), (value, column) => (column === 1 ? 7 : value));
    for (let row = 0; row < 200; row++) {
      wide.data[row * 5 + 3] = wide.data[row * 5]!;
      wide.data[row * 5 + 4] = -8 * wide.data[row * 5 + 2]!;
    }
    await expectFactor((await momentsOf(wide)).covariance, 5, 2);
  });

  it('gives rank 0 for a matrix of zeros', async () => {
    expect((await semidefiniteFactor(new Float64Array(9), 3)).rank).toBe(0);
  });
});
