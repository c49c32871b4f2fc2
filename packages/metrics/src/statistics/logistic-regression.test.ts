import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { logisticRegression, scoresOf, type LabelledRows, type LinearScore } from './logistic-regression.ts';

/** Two Gaussian clouds, each row's label first in turn. */
function clouds(seed: number, rows: number, columns: number, shift: number): LabelledRows {
  const random = new RandomStream(seed);
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % 2);
  const values = Float32Array.from({ length: rows * columns }, (_, at) => {
    const centre = at % columns === 0 ? (labels[Math.floor(at / columns)]! - 0.5) * shift : 0;
    return centre + random.normal();
  });
  return { values, columns, labels };
}

/** Derivatives of the loss at a solution, the intercept's last. */
function gradientAt({ values, columns, labels }: LabelledRows, ridge: number, score: LinearScore) {
  const gradient = [...score.weights].map((weight) => ridge * weight).concat(0);
  scoresOf(values, score).forEach((value, row) => {
    const error = 1 / (1 + Math.exp(-value)) - labels[row]!;
    for (let j = 0; j < columns; j++) gradient[j]! += error * values[row * columns + j]!;
    gradient[columns]! += error;
  });
  return gradient;
}

describe('logisticRegression', () => {
  it('solves the equation of one column: 2 (1 - p(w)) = w for a row at 1 and one at -1', async () => {
    const rows = { values: Float32Array.of(1, -1), columns: 1, labels: Uint8Array.of(1, 0) };
    const { weights, intercept } = await logisticRegression(rows, 1);
    expect(intercept).toBeCloseTo(0, 8);
    expect(2 / (1 + Math.exp(weights[0]!))).toBeCloseTo(weights[0]!, 6);
  });

  it('gives the log odds of the labels where columns say nothing', async () => {
    const rows = { values: new Float32Array(10), columns: 1, labels: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0) };
    const { weights, intercept } = await logisticRegression(rows, 1);
    expect(weights[0]).toBe(0);
    expect(intercept).toBeCloseTo(Math.log(4), 6);
  });

  it.each<[string, LabelledRows, number]>([
    ['overlapping', clouds(1, 200, 3, 1), 1],
    ['separable', clouds(2, 60, 4, 30), 1],
    ['separable with a ridge of next to nothing', clouds(3, 40, 2, 20), 1e-4],
    ['wider than long', clouds(4, 30, 100, 1), 1],
    ['of more columns than are factored', clouds(6, 40, 600, 2), 1],
    ['so far apart that no curvature is left', clouds(7, 10, 1, 1e6), 1e-12],
    [
      'twice the same column',
      { ...clouds(5, 30, 2, 0), values: clouds(5, 30, 2, 0).values.map((_, i, all) => all[i - (i % 2)]!) },
      1,
    ],
  ])('has a gradient of 0 where rows are %s', async (_, rows, ridge) => {
    const solution = await logisticRegression(rows, ridge);
    for (const slope of gradientAt(rows, ridge, solution)) expect(Math.abs(slope)).toBeLessThan(1e-4);
  });
});
