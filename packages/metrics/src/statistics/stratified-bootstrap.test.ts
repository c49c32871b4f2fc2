import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap.ts';
import { stratifiedBootstrap } from './stratified-bootstrap.ts';
import { interquartileMean, mean } from './summary.ts';

describe('stratifiedBootstrap', () => {
  it('is the plain bootstrap where there is one group', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6];
    const options = { statistic: mean, seed: 5 };
    expect(stratifiedBootstrap([values], options)).toEqual(bootstrapInterval(values, options));
  });

  it('takes the interquartile mean of all values pooled', () => {
    const groups = [
      [1, 2, 3],
      [10, 11, 12],
    ];
    expect(stratifiedBootstrap(groups).estimate).toBe(interquartileMean(groups.flat()));
  });

  it('keeps groups apart: what lies between them adds nothing to the spread', () => {
    const random = new RandomStream(1);
    const group = (centre: number) => Array.from({ length: 20 }, () => centre + random.normal());
    const groups = [group(0), group(1000)];
    const { estimate, low, high } = stratifiedBootstrap(groups, { statistic: mean });
    const variances = groups.map((values) => mean(values.map((value) => (value - mean(values)) ** 2)));
    const half = 1.96 * Math.sqrt((variances[0]! + variances[1]!) / 4 / 20); // of the mean of two means of 20
    // 10 000 resamples: a 2.5 % quantile has a standard error of 1.3 % of `half`; the rest is skew.
    expect(Math.abs((estimate - low) / half - 1)).toBeLessThan(0.1);
    expect(Math.abs((high - estimate) / half - 1)).toBeLessThan(0.1);
    expect(bootstrapInterval(groups.flat()).high - estimate).toBeGreaterThan(100); // unstratified
  });

  it('gives groups of one value no spread of their own', () => {
    expect(stratifiedBootstrap([[1], [3]])).toMatchObject({ estimate: 2, low: 2, high: 2, degenerate: true });
    const constant = stratifiedBootstrap([[1], [3, 3, 3]], { statistic: mean });
    expect(constant).toMatchObject({ low: 2.5, high: 2.5, degenerate: false });
  });

  it('refuses what it cannot answer, and says why', () => {
    expect(() => stratifiedBootstrap([])).toThrow('stratifiedBootstrap: needs at least one group');
    expect(() => stratifiedBootstrap([[1], []])).toThrow('got group 1 empty');
    expect(() => stratifiedBootstrap([[1, Number.NaN]])).toThrow('value 1 must be a finite number, got NaN');
    expect(() => stratifiedBootstrap([[1, 2]], { level: 2 })).toThrow('stratifiedBootstrap: level must lie between');
  });
});
