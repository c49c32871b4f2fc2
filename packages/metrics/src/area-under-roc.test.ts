import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { areaUnderRoc } from './area-under-roc.ts';
import { differences, readFixture, type Fixture } from './testing/fixtures.ts';

describe('areaUnderRoc', () => {
  it('is 1 where scores part the two, 0 where they do it the wrong way, one half where they say nothing', () => {
    expect(areaUnderRoc([1, 2], [3])).toBe(1);
    expect(areaUnderRoc([3], [1, 2])).toBe(0);
    expect(areaUnderRoc([7, 7], [7, 7, 7])).toBe(0.5);
    expect(areaUnderRoc([1, 3, 3], [3, 2])).toBe((1 + 0.5 + 0.5 + 1) / 6);
  });

  it('is the area under the steps of true against false positives, over all thresholds', () => {
    const random = new RandomStream(1);
    const [normal, anomalous] = [40, 25].map((count, shift) =>
      Array.from({ length: count }, () => Math.round(4 * (random.normal() + shift))),
    );
    const share = (scores: readonly number[], from: number) =>
      scores.filter((score) => score >= from).length / scores.length;
    const thresholds = [...new Set([...normal!, ...anomalous!, Infinity])].sort((a, b) => b - a);
    let area = 0;
    for (const [i, threshold] of thresholds.entries()) {
      const before = thresholds[i - 1] ?? Infinity;
      const height = (share(anomalous!, threshold) + share(anomalous!, before)) / 2;
      area += (share(normal!, threshold) - share(normal!, before)) * height;
    }
    expect(areaUnderRoc(normal!, anomalous!)).toBeCloseTo(area, 12);
  });

  it('is Φ(d / √2) for two Gaussians of equal spread, d deviations apart', () => {
    const random = new RandomStream(2);
    const scores = (mean: number) => Float64Array.from({ length: 4000 }, () => mean + random.normal());
    // Φ(1 / √2) = 0.7602; by Hanley and McNeil the standard error is 0.0054.
    expect(Math.abs(areaUnderRoc(scores(0), scores(1)) - 0.7602)).toBeLessThan(0.02);
  });

  it('refuses what has no answer', () => {
    expect(() => areaUnderRoc([1], [])).toThrow('anomalous: at least one score must be given, got none');
    expect(() => areaUnderRoc([1, Infinity], [1])).toThrow('normal: score 1 must be a finite number, got Infinity');
  });
});

describe('areaUnderRoc, against scikit-learn', () => {
  const { cases } = readFixture('area-under-roc') as Fixture<{ normal: number[]; anomalous: number[] }>;
  it.each(cases)('$name', ({ inputs, expected }) => {
    expect(differences(areaUnderRoc(inputs.normal, inputs.anomalous), expected)).toEqual([]);
  });
});
