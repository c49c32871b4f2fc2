import { describe, expect, it } from 'vitest';
import { bitsPerDimension } from './bits-per-dimension.ts';

describe('bitsPerDimension', () => {
  it('is log2(levels) for the uniform density, whose likelihood is 0 nats', () => {
    expect(bitsPerDimension(0, 784)).toBe(8);
    expect(bitsPerDimension(0, 3, { levels: 32 })).toBe(5);
  });

  it('is the entropy of a fair coin, 1 bit, for the density that puts half on each of two levels of 256', () => {
    expect(bitsPerDimension(784 * -Math.log(128), 784)).toBeCloseTo(1, 12);
    expect(bitsPerDimension(784 * -Math.log(256), 784)).toBeCloseTo(0, 12); // all on one level
  });

  it('refuses what it cannot answer, and says why', () => {
    expect(() => bitsPerDimension(Number.NaN, 2)).toThrow('nats must be a finite number, got NaN');
    expect(() => bitsPerDimension(1, 0)).toThrow('dimensions must be a positive integer, got 0');
    expect(() => bitsPerDimension(1, 2, { levels: 1 })).toThrow('levels must be an integer of 2 or more, got 1');
  });
});
