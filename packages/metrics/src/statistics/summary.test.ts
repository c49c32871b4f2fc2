import { describe, expect, it } from 'vitest';
import { interquartileMean, mean, median, quantileOfSorted, standardDeviation } from './summary.ts';

describe('summaries', () => {
  it('have their textbook values', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 12);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([10, 1, 5, 2])).toBe(3.5); // by value, not by text: 10 comes last
    expect(interquartileMean([100, 3, 1, 2, 4, 5, -100, 6])).toBe(3.5); // drops -100, 1 and 6, 100
    expect(interquartileMean([1, 2, 30])).toBe(11); // too few to drop any
  });

  it('leave their input as it is', () => {
    const values = [3, 1, 2, 5, 4];
    median(values);
    interquartileMean(values);
    expect(values).toEqual([3, 1, 2, 5, 4]);
  });

  it('interpolate quantiles as numpy does', () => {
    const sorted = [1, 2, 4, 8];
    expect([0, 0.1, 0.5, 0.75, 1].map((share) => quantileOfSorted(sorted, share))).toEqual([
      1,
      expect.closeTo(1.3, 12),
      3,
      5,
      8,
    ]);
  });

  it('refuse samples that have no answer', () => {
    for (const statistic of [mean, median, interquartileMean])
      expect(() => statistic([])).toThrow('at least 1 value, got 0');
    expect(() => standardDeviation([1])).toThrow('standardDeviation: needs at least 2 values, got 1');
    expect(() => mean([1, Number.NaN])).toThrow('mean: value 1 must be a finite number, got NaN');
    expect(() => standardDeviation([1, Infinity])).toThrow('standardDeviation: value 1 must be a finite number');
  });
});
