import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { splitNames } from '../types.ts';
import { apportion, stratify } from './stratify.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('apportion', () => {
  it('follows largest remainders: quotas 5.3, 2.4, 2.3 of ten seats', () => {
    expect(apportion([53, 24, 23], 10)).toEqual([5, 3, 2]);
  });

  it('adds up exactly, with every share its quota rounded down or up and never above its weight', () => {
    const stream = new RandomStream(1);
    for (let round = 0; round < 500; round++) {
      const weights = Array.from({ length: 1 + stream.integer(12) }, () => stream.integer(300));
      const total = stream.integer(sum(weights) + 1);
      const shares = apportion(weights, total);
      expect(sum(shares)).toBe(total);
      for (const [i, share] of shares.entries()) {
        expect(Math.abs(share - (weights[i]! * total) / Math.max(1, sum(weights)))).toBeLessThan(1);
        expect(share).toBeLessThanOrEqual(weights[i]!);
      }
    }
  });
});

describe('stratify', () => {
  const counts = [400, 37, 211, 352];
  const labels = Uint8Array.from(counts.flatMap((count, label) => Array.from({ length: count }, () => label)));
  const sizes = { train: 700, validation: 120, test: 93 };
  const divide = (seed: number) => stratify({ labels, classes: 4, sizes }, new RandomStream(seed));

  it('gives each split its size and no place twice', () => {
    const splits = divide(0);
    for (const name of splitNames) expect(splits[name].length).toBe(sizes[name]);
    const places = splitNames.flatMap((name) => [...splits[name]]);
    expect(new Set(places).size).toBe(913);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThan(labels.length);
  });

  it('gives each class its share of every split', () => {
    const splits = divide(0);
    for (const name of splitNames) {
      for (const [label, count] of counts.entries()) {
        const held = splits[name].filter((place) => labels[place] === label).length;
        const quota = (count * sizes[name]) / labels.length;
        // Rounding of the split itself is below 1, and what the splits before it rounded away adds below 1 in all.
        expect(Math.abs(held - quota)).toBeLessThan(2);
      }
    }
  });

  it('uses every place when the sizes say so', () => {
    const all = stratify({ labels, classes: 4, sizes: { train: 900, validation: 60, test: 40 } }, new RandomStream(3));
    expect(splitNames.flatMap((name) => [...all[name]]).sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  it('mixes the classes within a split', () => {
    const { train } = divide(0);
    const half = train.subarray(0, 350).filter((place) => labels[place] === 0).length;
    // A hypergeometric draw with mean 140 and standard deviation below sqrt(350 * 0.4 * 0.6 / 2) = 6.5; sorted it would be 280.
    expect(Math.abs(half - 140)).toBeLessThan(5 * 6.5);
  });

  it('gives the same splits for the same seed and others for another', () => {
    expect(divide(0)).toEqual(divide(0));
    for (const name of splitNames) expect([...divide(0)[name]].sort()).not.toEqual([...divide(1)[name]].sort());
  });

  it('refuses sizes above the examples, and labels that are no class', () => {
    const stream = new RandomStream(0);
    expect(() => stratify({ labels, classes: 4, sizes: { ...sizes, train: 900 } }, stream)).toThrow(
      /want 1113 examples of 1000; lower/,
    );
    expect(() => stratify({ labels, classes: 3, sizes }, stream)).toThrow(/label 3 at place 648 is outside 0 \.\.\. 2/);
  });
});
