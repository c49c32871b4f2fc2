import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { expectedBestOfK } from './expected-best-of-k.ts';
import { holm } from './holm.ts';
import { mcnemar } from './mcnemar.ts';
import { probabilityOfImprovement } from './probability-of-improvement.ts';
import { mean } from './summary.ts';

describe('probabilityOfImprovement', () => {
  it('counts pairs, ties half', () => {
    expect(probabilityOfImprovement([1, 3], [2])).toBe(0.5);
    expect(probabilityOfImprovement([5, 6], [1, 2, 3])).toBe(1);
    expect(probabilityOfImprovement([2, 2, 2], [2, 2])).toBe(0.5);
    expect(probabilityOfImprovement([1, 2, 2, 4], [2, 3])).toBe(3 / 8); // 1/2 + 1/2 + 2 of 8 pairs
  });

  it('is what all pairs say, and adds up to 1 with its counterpart', () => {
    const random = new RandomStream(1);
    const [x, y] = [7, 11].map((n) => Array.from({ length: n }, () => random.integer(6)));
    const pairs = x!.flatMap((a) => y!.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    expect(probabilityOfImprovement(x!, y!)).toBeCloseTo(mean(pairs), 14);
    expect(probabilityOfImprovement(y!, x!)).toBeCloseTo(1 - mean(pairs), 14);
  });

  it('refuses samples that have no answer', () => {
    expect(() => probabilityOfImprovement([], [1])).toThrow('probabilityOfImprovement: needs at least 1 value, got 0');
    expect(() => probabilityOfImprovement([1], [Number.NaN])).toThrow('value 0 must be a finite number, got NaN');
  });
});

describe('holm', () => {
  it('has the values of the example that is in every textbook', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => expect(adjusted[i]).toBeCloseTo(p, 14));
  });

  it('is at most 1, monotone, and between the p-value and that of Bonferroni', () => {
    const p = [0.9, 0.001, 0.2, 0.7, 0.2, 0];
    const adjusted = holm(p);
    const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
    for (const [rank, i] of order.entries()) {
      expect(adjusted[i]).toBeGreaterThanOrEqual(Math.max(p[i]!, adjusted[order[rank - 1] ?? i]!));
      expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, 6 * p[i]!));
    }
    expect(adjusted[4]).toBe(adjusted[2]); // equal p-values
    expect([holm([]), holm([0.3])]).toEqual([[], [0.3]]);
  });

  it('refuses what is no p-value', () => {
    expect(() => holm([0.1, 1.1])).toThrow('holm: p-values lie in 0 ... 1, got 1.1 at 1');
    expect(() => holm([Number.NaN])).toThrow('got NaN at 0');
  });
});

describe('mcnemar', () => {
  it('is exact on few pairs: 6 against 16 of a textbook give 0.053', () => {
    const { pValue, statistic, exact } = mcnemar(6, 16);
    expect([statistic, exact]).toEqual([6, true]);
    expect(pValue).toBeCloseTo(0.0525, 4); // scipy.stats.binomtest(6, 22).pvalue = 0.05248
    expect(mcnemar(16, 6).pValue).toBe(pValue);
    expect(mcnemar(0, 5).pValue).toBe(2 / 32);
  });

  it('is chi-square with continuity correction on many: 121 against 59', () => {
    const { pValue, statistic, exact } = mcnemar(121, 59);
    expect(exact).toBe(false);
    expect(statistic).toBeCloseTo(61 ** 2 / 180, 12);
    expect(pValue / 5.450094825427117e-6 - 1).toBeCloseTo(0, 10); // scipy.stats.chi2.sf(61**2 / 180, 1)
  });

  it('comes close to the exact test where it changes over', () => {
    expect(Math.abs(mcnemar(7, 18).pValue - mcnemar(7, 17).pValue)).toBeLessThan(0.025);
  });

  it('calls equal counts no difference, few or many', () => {
    expect(mcnemar(0, 0)).toEqual({ pValue: 1, statistic: 0, exact: true });
    expect(mcnemar(4, 4).pValue).toBe(1);
    expect(mcnemar(40, 40)).toEqual({ pValue: 1, statistic: 0, exact: false });
  });

  it('refuses what is no count', () => {
    expect(() => mcnemar(1.5, 2)).toThrow('mcnemar: onlyA must be a whole number of cases, at least 0, got 1.5');
    expect(() => mcnemar(1, -2)).toThrow('onlyB');
  });
});

describe('expectedBestOfK', () => {
  it('is the mean at k = 1, and counts the 4 pairs of two values at k = 2', () => {
    expect(expectedBestOfK([4, 1, 7], 1)).toBeCloseTo(4, 14);
    expect(expectedBestOfK([0, 1], 2)).toBe(0.75);
    expect(expectedBestOfK([0, 1], 2, { better: 'lower' })).toBe(0.25);
  });

  it('is the mean over all draws, and grows towards the best', () => {
    const values = [3, 1, 4, 1, 5];
    const all = values.flatMap((a) => values.flatMap((b) => values.map((c) => Math.max(a, b, c))));
    expect(expectedBestOfK(values, 3)).toBeCloseTo(mean(all), 13);
    const negated = values.map((value) => -value);
    expect(expectedBestOfK(negated, 3, { better: 'lower' })).toBeCloseTo(-mean(all), 13);
    expect(expectedBestOfK(values, 1000)).toBeCloseTo(5, 12);
  });

  it('refuses what it cannot answer', () => {
    expect(() => expectedBestOfK([1], 0)).toThrow('expectedBestOfK: k must be a positive integer, got 0');
    expect(() => expectedBestOfK([], 1)).toThrow('at least 1 value, got 0');
  });
});
