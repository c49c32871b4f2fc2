import { describe, expect, it } from 'vitest';
import { kendallTau, meanKendallTau } from './rank-agreement.ts';

describe('kendallTau', () => {
  it('is 1 for scores that rank alike, -1 for the reverse, whatever their scale', () => {
    expect(kendallTau([1, 2, 3, 4], [-5, 0.1, 0.2, 900])).toBe(1);
    expect(kendallTau([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
  });

  it('loses 2 / pairs for each pair that is the other way round: a worked example', () => {
    expect(kendallTau([1, 2, 3], [2, 1, 3])).toBeCloseTo(1 / 3, 12);
    expect(kendallTau([1, 2, 3, 4, 5], [3, 4, 1, 2, 5])).toBeCloseTo((6 - 4) / 10, 12);
  });

  it('treats ties as scipy.stats.kendalltau does', () => {
    expect(kendallTau([1, 2, 2, 3], [1, 2, 2, 3])).toBe(1);
    expect(kendallTau([0, 0, 1], [1, 2, 3])).toBeCloseTo(2 / Math.sqrt(6), 12);
    expect(kendallTau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.4714045207910316, 12); // of its documentation
  });

  it('has no value where a score ranks nothing, and refuses scores of different things', () => {
    expect(kendallTau([3], [4])).toBeNull();
    expect(kendallTau([0, 0, 0], [1, 2, 3])).toBeNull();
    expect(() => kendallTau([1, 2], [1, 2, 3])).toThrow(
      'kendallTau: both scores must be of the same things, got 2 and 3',
    );
  });
});

describe('meanKendallTau', () => {
  it('is the mean over the pairs of scores that have one', () => {
    const scores = [
      [1, 2, 3],
      [2, 1, 3],
      [3, 2, 1],
    ];
    expect(meanKendallTau(scores)).toBeCloseTo((1 / 3 - 1 - 1 / 3) / 3, 12);
    expect(meanKendallTau([...scores.slice(0, 2), [5, 5, 5]])).toBeCloseTo(1 / 3, 12);
    expect(meanKendallTau(scores.slice(0, 1))).toBeNull();
  });
});
