import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset } from '../open-dataset.ts';
import { splitNames } from '../types.ts';
import type { Dataset } from '../types.ts';
import { factorCounts, levelsOf, renderLevels } from './shapes.ts';

let dataset: Dataset;
beforeAll(async () => {
  dataset = await openDataset('shapes', { seed: 0 });
});

describe('levelsOf', () => {
  it('gives each combination once', () => {
    const count = factorCounts.reduce((product, levels) => product * levels, 1);
    const all = new Set(Array.from({ length: count }, (_, i) => String(levelsOf(i))));
    expect(all.size).toBe(98_304);
    expect(levelsOf(0)).toEqual([0, 0, 0, 0, 0]);
    expect(levelsOf(count - 1)).toEqual(factorCounts.map((levels) => levels - 1));
  });
});

describe('shapes', () => {
  it('states the factors that each image was made from; the class is the shape', () => {
    for (const name of splitNames) {
      const { count, labels, factors, ...split } = dataset.splits[name];
      expect(factors).toMatchObject({ names: ['shape', 'scale', 'rotation', 'x', 'y'], counts: [4, 6, 16, 16, 16] });
      expect(factors!.values.length).toBe(5 * count);
      for (let i = 0; i < count; i += 37) {
        const levels = [...factors!.values.subarray(5 * i, 5 * i + 5)];
        expect(labels![i]).toBe(levels[0]);
        const image = new Uint8Array(1024);
        renderLevels(levels, image);
        expect(Buffer.compare(Buffer.from(split.floats(i, i + 1).map((v) => v * 255)), Buffer.from(image))).toBe(0);
      }
    }
  });

  it('shares no combination of levels between splits, and has as many of each shape', () => {
    const seen = new Set<string>();
    for (const name of splitNames) {
      const { count, labels, factors } = dataset.splits[name];
      for (let i = 0; i < count; i++) seen.add(String(factors!.values.subarray(5 * i, 5 * i + 5)));
      for (let shape = 0; shape < 4; shape++) expect(labels!.filter((label) => label === shape).length).toBe(count / 4);
    }
    expect(seen.size).toBe(10_000);
  });

  it('draws every level of every factor about as often', () => {
    const { factors, count } = dataset.splits.train;
    for (const [factor, levels] of factors!.counts.entries()) {
      const counts = new Float64Array(levels);
      for (let i = 0; i < count; i++) counts[factors!.values[5 * i + factor]!]! += 1;
      const mean = count / levels;
      for (const held of counts) expect(Math.abs(held - mean)).toBeLessThan(5 * Math.sqrt(mean)); // 5 standard deviations
    }
  });

  it('keeps the largest shapes whole where they lie closest to the edges', () => {
    const image = new Uint8Array(1024);
    const area = (levels: number[]) => {
      renderLevels(levels, image);
      return image.reduce((sum, byte) => sum + byte / 255, 0);
    };
    for (let shape = 0; shape < 4; shape++) {
      for (let rotation = 0; rotation < 16; rotation++) {
        const whole = area([shape, 5, rotation, 7, 7]);
        for (const [x, y] of [
          [0, 0],
          [15, 0],
          [0, 15],
          [15, 15],
        ] as const) {
          expect(Math.abs(area([shape, 5, rotation, x, y]) - whole)).toBeLessThan(1); // of 130 to 200 pixels
        }
      }
    }
  });
});
