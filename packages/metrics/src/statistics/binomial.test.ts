import { describe, expect, it } from 'vitest';
import { binomialCoefficient, fairCoinTail } from './binomial.ts';

describe('binomialCoefficient', () => {
  it('is a row of Pascal, exact as long as a float64 can be, and infinite beyond the largest', () => {
    expect([0, 1, 2, 3, 4].map((k) => binomialCoefficient(4, k))).toEqual([1, 4, 6, 4, 1]);
    expect(binomialCoefficient(52, 26)).toBe(495918532948104);
    expect(binomialCoefficient(5000, 2500)).toBe(Infinity);
  });
});

describe('fairCoinTail', () => {
  it('sums the row: 1 at its end, and two tails beside the middle make the rest', () => {
    expect(fairCoinTail(0, 0)).toBe(1);
    expect(fairCoinTail(24, 24)).toBe(1);
    expect(fairCoinTail(1, 3)).toBe(0.5);
    expect(2 * fairCoinTail(4, 10) + 252 / 1024).toBe(1);
  });
});
