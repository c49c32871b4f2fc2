import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { permutationTest } from './permutation-test.ts';
import { mean, median } from './summary.ts';

describe('permutationTest', () => {
  it('looks at all regroupings of small groups', () => {
    // Of 20 regroupings, only the groups themselves and their exchange are 3 apart.
    expect(permutationTest([1, 2, 3], [4, 5, 6])).toEqual({
      difference: -3,
      pValue: 0.1,
      exact: true,
      permutations: 20,
    });
    // The first group is 10, 0 or 0; the differences are 10, -5 and -5.
    expect(permutationTest([10], [0, 0])).toMatchObject({ difference: 10, pValue: 1 / 3, permutations: 3 });
    expect(permutationTest([1], [2])).toMatchObject({ pValue: 1, permutations: 2 });
  });

  it('is what counting subsets by their bits says', () => {
    const random = new RandomStream(3);
    const values = Array.from({ length: 9 }, () => random.integer(8));
    const [a, b] = [values.slice(0, 4), values.slice(4)];
    let [large, all] = [0, 0];
    for (let subset = 0; subset < 512; subset++) {
      const first = values.filter((_, i) => (subset >> i) & 1);
      if (first.length !== 4) continue;
      const second = values.filter((_, i) => !((subset >> i) & 1));
      all++;
      if (Math.abs(mean(first) - mean(second)) >= Math.abs(mean(a) - mean(b)) - 1e-9) large++;
    }
    expect(permutationTest(a, b)).toMatchObject({ pValue: large / all, permutations: 126, exact: true });
  });

  it('takes differences as ties that rounding alone tells apart', () => {
    // 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last bit: the difference is 0, and nothing is smaller than that.
    expect(permutationTest([0.1, 0.2, 0.3], [0.3, 0.2, 0.1]).pValue).toBe(1);
    expect(permutationTest([0.1, 0.1], [0.1, 0.1, 0.1]).pValue).toBe(1);
  });

  it('draws regroupings of large groups, by seed, and comes near the exact p-value', () => {
    const random = new RandomStream(4);
    const [a, b] = [0.8, 0].map((shift) => Array.from({ length: 8 }, () => random.normal() + shift));
    const exact = permutationTest(a!, b!, { permutations: 12_870 });
    const drawn = permutationTest(a!, b!, { permutations: 12_869 });
    expect([exact.exact, drawn.exact, drawn.permutations]).toEqual([true, false, 12_869]);
    const error = Math.sqrt((exact.pValue * (1 - exact.pValue)) / 12_869);
    expect(Math.abs(drawn.pValue - exact.pValue)).toBeLessThan(4 * error);
    expect(permutationTest(a!, b!, { permutations: 100, seed: 1 })).toEqual(
      permutationTest(a!, b!, { permutations: 100, seed: 1 }),
    );
  });

  it('never says 0: the groups as they are count too', () => {
    const [a, b] = [0, 1000].map((centre) => Array.from({ length: 20 }, (_, i) => centre + i));
    expect(permutationTest(a!, b!, { permutations: 99 }).pValue).toBe(0.01);
  });

  it('keeps its level where there is no difference', () => {
    const random = new RandomStream(5);
    const draw = () => Array.from({ length: 4 }, () => random.normal());
    const rounds = Array.from({ length: 400 }, () => permutationTest(draw(), draw()).pValue);
    const share = rounds.filter((p) => p <= 0.2).length / 400; // 14 of 70 regroupings
    expect(Math.abs(share - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 400));
  });

  it('takes any statistic', () => {
    const statistic = (a: readonly number[], b: readonly number[]) => median(a) / median(b);
    expect(permutationTest([4, 4], [1, 1], { statistic }).difference).toBe(4);
    expect(() => permutationTest([4, 4], [0, 0], { statistic })).toThrow('must be a finite number, got Infinity');
  });

  it('refuses what it cannot answer', () => {
    expect(() => permutationTest([], [1])).toThrow('permutationTest: needs at least 1 value, got 0');
    expect(() => permutationTest([1], [Number.NaN])).toThrow('value 0 must be a finite number');
    expect(() => permutationTest([1], [2], { permutations: 0.5 })).toThrow('permutations must be a positive integer');
  });
});
