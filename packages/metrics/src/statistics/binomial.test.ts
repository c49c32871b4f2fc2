import { describe, expect, it } from 'vitest';
import { binomialCoefficient, fairCoinTail } from './binomial.ts';

describe('binomialCoefficient', () => {
  it('is a row of Pascal, exact as long as a float64 can be, and infinite beyond the largest', () => {
    expect([0, 1, 2, 3, 4].map((k) => binomialCoefficient(4, k))).toEqual([1, 4, 6, 4, 1]);
    expect(binomialCoefficient(52, 26)).toBe(495918532948104);
    expect(binomialCoefficient(5000, 2500)).toBe(Infinity);
  });

  it('is 0 where more are chosen than there are', () => {
    expect([binomialCoefficient(3, 4), binomialCoefficient(0, 1), binomialCoefficient(5, 100)]).toEqual([0, 0, 0]);
  });

  it('refuses what is no whole number of 0 or more', () => {
    for (const wrong of [-1, 0.5, Number.NaN, Infinity]) {
      expect(() => binomialCoefficient(wrong, 1)).toThrow(
        `binomialCoefficient: n must be a whole number, at least 0, got ${wrong}`,
      );
      expect(() => binomialCoefficient(4, wrong)).toThrow('binomialCoefficient: k must be a whole number');
    }
  });
});

describe('fairCoinTail', () => {
  it('sums the row: 1 at its end, and two tails beside the middle make the rest', () => {
    expect(fairCoinTail(0, 0)).toBe(1);
    expect(fairCoinTail(24, 24)).toBe(1);
    expect(fairCoinTail(30, 24)).toBe(1);
    expect(fairCoinTail(1, 3)).toBe(0.5);
    expect(2 * fairCoinTail(4, 10) + 252 / 1024).toBe(1);
  });
});
