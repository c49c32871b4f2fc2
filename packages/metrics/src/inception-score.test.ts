import { describe, expect, it } from 'vitest';
import { inceptionScore } from './inception-score.ts';
import { featuresOf, inOrder } from './testing/random-features.ts';

const oneHot = (classes: number, rows: number) =>
  featuresOf(
    Array.from({ length: rows }, (_, row) => Array.from({ length: classes }, (_, c) => +(row % classes === c))),
  );

describe('inceptionScore', () => {
  it('is the number of classes where each sample is of one, and all are as many', () => {
    const { score, deviation } = inceptionScore(oneHot(5, 100));
    expect(score).toBeCloseTo(5, 12);
    expect(deviation).toBeCloseTo(0, 12);
  });

  it('is 1 where samples are all alike, sure or not', () => {
    for (const row of [
      [1, 0, 0],
      [0.2, 0.3, 0.5],
    ]) {
      const { score, deviation } = inceptionScore(featuresOf(Array.from({ length: 20 }, () => row)));
      expect(score).toBeCloseTo(1, 7); // the float32 row and its float64 mean
      expect(deviation).toBeCloseTo(0, 7);
    }
  });

  it('is the divergence from the mean: a worked example', () => {
    const probabilities = featuresOf([
      [0.75, 0.25],
      [0.25, 0.75],
    ]);
    const divergence = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
    expect(inceptionScore(probabilities, { splits: 1 })).toEqual({
      score: expect.closeTo(Math.exp(divergence), 12),
      deviation: 0,
    });
  });

  it('scores parts that lie one behind the other, of nearly equal lengths', () => {
    // 5 rows in 2 parts: rows 0 and 1 of one class each, rows 2 to 4 of a single one.
    const rows = [0, 1, 0, 0, 0].map((label) => (label === 0 ? [1, 0] : [0, 1]));
    const { score, deviation } = inceptionScore(featuresOf(rows), { splits: 2 });
    expect([score, deviation]).toEqual([expect.closeTo(1.5, 12), expect.closeTo(0.5, 12)]); // of 2 and 1
  });

  it('does not depend on the order within a part, and is 1 for parts of one row', () => {
    const probabilities = featuresOf([
      [0.5, 0.5],
      [0.9, 0.1],
      [0.3, 0.7],
    ]);
    const { score } = inceptionScore(probabilities, { splits: 1 });
    expect(inceptionScore(inOrder(probabilities, [2, 0, 1]), { splits: 1 }).score).toBeCloseTo(score, 12);
    expect(inceptionScore(probabilities, { splits: 3 }).score).toBe(1);
  });

  it('refuses what is no set of distributions, and says why', () => {
    const score = (rows: number[][], splits = 1) => inceptionScore(featuresOf(rows), { splits });
    expect(() => score([[0.5, 0.6]])).toThrow(/row 0 needs probabilities.*got a sum of 1\.1/);
    const negative = [
      [0, 1],
      [1.5, -0.5],
    ];
    expect(() => score(negative)).toThrow(
      'row 1 needs probabilities, none negative, that sum to 1, got a negative value',
    );
    expect(() => score([[0.5, Number.NaN]])).toThrow('probabilities at row 0, column 1 must be a finite number');
    expect(() => score([[0, 1]], 2)).toThrow('splits must be an integer in 1 ... 1, the number of rows, got 2');
    expect(() => score([[0, 1]], 0.5)).toThrow('got 0.5');
  });
});
