import { describe, expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile.ts';
import { chiSquareTail, erfc, normalTail } from './normal-tail.ts';

describe('erfc', () => {
  // mpmath.erfc with 40 digits, as float64: both sides of where the series ends and the fraction begins.
  it.each([
    [-3, 1.9999779095030015],
    [-0.5, 1.5204998778130465],
    [0.1, 0.8875370839817152],
    [1, 0.15729920705028513],
    [1.9999, 0.004679802092970608],
    [2, 0.004677734981047266],
    [2.5, 0.0004069520174449589],
    [5, 1.5374597944280349e-12],
    [20, 5.395865611607901e-176],
    [26, 5.663192408856143e-296],
  ])('is right at %f', (x, expected) => {
    expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(2e-13); // exp(-x^2) alone loses x^2 roundings
  });

  it('is 1 in the middle, 2 and 0 at the ends, and erfc(-x) = 2 - erfc(x)', () => {
    expect([erfc(0), erfc(-Infinity), erfc(40)]).toEqual([1, 2, 0]);
    for (const x of [0.3, 1.7, 2.2]) expect(erfc(x) + erfc(-x)).toBe(2);
  });
});

describe('tails', () => {
  it('undo quantiles', () => {
    for (const share of [0.6, 0.95, 0.975, 0.9999]) {
      expect(normalTail(normalQuantile(share))).toBeCloseTo(1 - share, 14);
      expect(normalTail(-normalQuantile(share))).toBeCloseTo(share, 14);
      expect(chiSquareTail(normalQuantile(share) ** 2)).toBeCloseTo(2 * (1 - share), 14);
    }
  });

  // scipy 1.10: stats.norm.sf and stats.chi2.sf(x, 1)
  it.each([
    [normalTail, 5, 2.866515718791933e-7],
    [normalTail, 30, 4.906713927147908e-198],
    [chiSquareTail, 0.1, 0.7518296340458492],
    [chiSquareTail, 34.71, 3.826608903514134e-9],
    [chiSquareTail, 700, 2.990226975124623e-154],
  ])('are right far out: %o at %f', (tail, x, expected) => {
    expect(Math.abs(tail(x) / expected - 1)).toBeLessThan(1e-12);
  });
});
