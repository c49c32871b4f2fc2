import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { solvePositive } from './solve-positive.ts';

/** A^T A + 1/10 for a random A. */
function positive(seed: number, size: number): Float64Array {
  const factor = new RandomStream(seed).fillNormal(new Float64Array(size * size));
  return new Float64Array(size * size).map((_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < size; k++) sum += factor[k * size + i]! * factor[k * size + j]!;
    return sum;
  });
}

describe('solvePositive', () => {
  it.each([1, 2, 7, 40])('finds what the matrix turns into the right side, at size %i', (size) => {
    const matrix = positive(size, size);
    const solution = new RandomStream(9, size).fillNormal(new Float64Array(size));
    const right = solution.map((_, i) => solution.reduce((sum, x, j) => sum + matrix[i * size + j]! * x, 0));
    expect(solvePositive(matrix, right)).toBe(true);
    right.forEach((value, i) => expect(value).toBeCloseTo(solution[i]!, 9));
  });

  it('reads the lower triangle only', () => {
    const right = Float64Array.of(2, 5);
    expect(solvePositive(Float64Array.of(1, Number.NaN, 2, 5), right)).toBe(true); // [1 2; 2 5]
    expect([...right]).toEqual([0, 1]);
  });

  it.each([
    ['indefinite', [1, 2, 2, 1]],
    ['singular', [1, 1, 1, 1]],
    ['all 0', [0, 0, 0, 0]],
  ])('leaves the right side alone where the matrix is %s', (_, values) => {
    const right = Float64Array.of(3, 4);
    expect(solvePositive(Float64Array.from(values), right)).toBe(false);
    expect([...right]).toEqual([3, 4]);
  });
});
