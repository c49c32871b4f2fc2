import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap.ts';
import { median } from './summary.ts';

describe('bootstrapInterval', () => {
  it('approaches the exact interval of two values: resampled means are 0, 1/2, 1 with shares 1/4, 1/2, 1/4', () => {
    expect(bootstrapInterval([0, 1])).toEqual({ estimate: 0.5, low: 0, high: 1, level: 0.95, degenerate: false });
    expect(bootstrapInterval([0, 1], { level: 0.4 })).toMatchObject({ low: 0.5, high: 0.5 }); // 30 % and 70 % quantiles
  });

  it('approaches the normal interval on many values', () => {
    const values = [...new RandomStream(1).fillNormal(new Float64Array(400))];
    const { estimate, low, high } = bootstrapInterval(values, { resamples: 4000 });
    const variance = values.reduce((sum, value) => sum + (value - estimate) ** 2, 0) / 400;
    const half = 1.96 * Math.sqrt(variance / 400);
    // A 2.5 % quantile of 4 000 resamples has a standard error of 2.1 % of `half`; 4 of them.
    expect(Math.abs(estimate - low - half)).toBeLessThan(0.085 * half);
    expect(Math.abs(high - estimate - half)).toBeLessThan(0.085 * half);
  });

  it('takes any statistic, moves with the values, and is the same for the same seed', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const interval = bootstrapInterval(values, { statistic: median, seed: 7 });
    expect(interval.estimate).toBe(3.5);
    expect(bootstrapInterval(values, { statistic: median, seed: 7 })).toEqual(interval);
    const moved = bootstrapInterval(
      values.map((value) => 10 + 2 * value),
      { statistic: median, seed: 7 },
    );
    expect([moved.low, moved.high]).toEqual([10 + 2 * interval.low, 10 + 2 * interval.high]);
    const seeds = [1, 2, 3].map((seed) => bootstrapInterval([0, 1, 3, 7, 20], { seed, resamples: 50 }).low);
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it('narrows as the level falls', () => {
    const width = (level: number) => {
      const { low, high } = bootstrapInterval([1, 2, 3, 5, 8, 13], { level });
      return high - low;
    };
    expect(width(0.5)).toBeLessThan(width(0.8));
    expect(width(0.8)).toBeLessThan(width(0.99));
  });

  it('says that one value has no interval', () => {
    expect(bootstrapInterval([3])).toEqual({ estimate: 3, low: 3, high: 3, level: 0.95, degenerate: true });
  });

  it('refuses what it cannot answer, and says why', () => {
    expect(() => bootstrapInterval([])).toThrow('at least 1 value, got 0');
    expect(() => bootstrapInterval([1, Infinity])).toThrow('value 1 must be a finite number, got Infinity');
    expect(() => bootstrapInterval([1, 2], { statistic: ([x = 0, y = 0]) => 1 / (x - y) })).toThrow(
      'the statistic of a resample must be a finite number, got Infinity',
    );
    expect(() => bootstrapInterval([1, 2], { level: 95 })).toThrow(
      'between 0 and 1, neither of them, got 95; 95 % is 0.95',
    );
    expect(() => bootstrapInterval([1, 2], { resamples: 0 })).toThrow('resamples must be a positive integer, got 0');
  });
});
