import { describe, expect, it } from 'vitest';
import { kendallTau, meanKendallTau } from './rank-agreement.ts';

describe('kendallTau', () => {
  it('is 1 for an order and itself, -1 for its reverse', () => {
    expect(kendallTau(['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd'])).toBe(1);
    expect(kendallTau(['a', 'b', 'c', 'd'], ['d', 'c', 'b', 'a'])).toBe(-1);
  });

  it('loses 2 / pairs for each pair that is the other way round: a worked example', () => {
    expect(kendallTau(['a', 'b', 'c'], ['b', 'a', 'c'])).toBeCloseTo(1 / 3, 12);
    expect(kendallTau([1, 2, 3, 4, 5], [3, 4, 1, 2, 5])).toBeCloseTo((6 - 4) / 10, 12);
  });

  it('has no value for one thing, and refuses orders of different things', () => {
    expect(kendallTau(['a'], ['a'])).toBeNull();
    expect(() => kendallTau(['a', 'b'], ['a', 'c'])).toThrow('same things');
    expect(() => kendallTau(['a', 'b'], ['a', 'b', 'c'])).toThrow('same things');
  });
});

describe('meanKendallTau', () => {
  it('is the mean over pairs of orders', () => {
    const orders = [
      ['a', 'b', 'c'],
      ['b', 'a', 'c'],
      ['c', 'b', 'a'],
    ];
    expect(meanKendallTau(orders)).toBeCloseTo((1 / 3 - 1 - 1 / 3) / 3, 12);
    expect(meanKendallTau(orders.slice(0, 1))).toBeNull();
  });
});
