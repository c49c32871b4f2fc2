import { describe, expect, it } from 'vitest';
import { lossDifference, sampleAgreement } from './agreement.ts';

describe('agreement', () => {
  it('of losses is relative to the largest of their step', () => {
    expect(lossDifference([[2, 1]], [[2, 1]])).toBe(0);
    expect(lossDifference([[10, 0.01]], [[10, 0.02]])).toBeCloseTo(0.001, 10);
    expect(lossDifference([[1], [4]], [[1], [5]])).toBeCloseTo(0.2, 10);
  });

  it('is none where a loss is missing or not finite', () => {
    for (const [ours, peers] of [
      [[], []],
      [[[1]], []],
      [[[1, 2]], [[1]]],
      [[[Number.NaN]], [[1]]],
      [[[1]], [[Number.POSITIVE_INFINITY]]],
    ] as [number[][], number[][]][]) {
      expect(lossDifference(ours, peers)).toBe(Number.POSITIVE_INFINITY);
    }
  });

  it('of samples is the share of equal values; NaN equals nothing', () => {
    expect(sampleAgreement(Float32Array.of(0, 1, 1, 0), Float32Array.of(0, 1, 0, 1e-5))).toBe(0.75);
    expect(sampleAgreement(Float32Array.of(0, Number.NaN), Float32Array.of(0, Number.NaN))).toBe(0.5);
    expect(sampleAgreement(Float32Array.of(0), Float32Array.of(0, 0))).toBe(0);
  });
});
