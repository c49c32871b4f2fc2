import { describe, expect, it } from 'vitest';
import { datasetCard } from './card.ts';
import { defineDataset } from './define-dataset.ts';
import { openDataset } from './open-dataset.ts';
import { imageSplit } from './splits/image-split.ts';
import { subsetOf } from './splits/subset.ts';
import { splitNames } from './types.ts';
import type { SplitName } from './types.ts';

const spec = { kind: 'image', shape: [1, 2, 1], range: [0, 1], classes: 3 } as const;

/** Two-pixel images, given as pairs of bytes; the label is the first byte modulo 3. */
const splitOf = (name: SplitName, pixels: number[]) =>
  imageSplit({
    name,
    spec,
    pixels: Uint8Array.from(pixels),
    labels: Uint8Array.from({ length: pixels.length / 2 }, (_, i) => pixels[2 * i]! % 3),
  });

describe('datasetCard', () => {
  it('counts examples, classes, ranges and duplicates', () => {
    const splits = {
      train: splitOf('train', [1, 2, 3, 4, 1, 2, 1, 2, 51, 0]),
      validation: splitOf('validation', [3, 4, 9, 9]),
      test: splitOf('test', []),
    };
    const dataset = defineDataset({ name: 'd', description: 'D.', origin: 'here', spec, splits });
    expect(datasetCard(dataset)).toEqual({
      name: 'd',
      description: 'D.',
      origin: 'here',
      kind: 'image',
      shape: [1, 2, 1],
      counts: { train: 5, validation: 2, test: 0 },
      ranges: {
        train: { min: 0, max: Math.fround(0.2) },
        validation: { min: Math.fround(3 / 255), max: Math.fround(9 / 255) },
        test: null,
      },
      classCounts: { train: [2, 3, 0], validation: [2, 0, 0], test: [0, 0, 0] },
      duplicatesWithin: { train: 2, validation: 0, test: 0 },
      duplicatesAcross: 1,
      hash: dataset.hash,
    });
  });

  // stacked-mnist, which takes long, has a test of its own.
  it.each(['mnist', 'shapes', 'ring', 'grid', 'spiral', 'moons', 'checkerboard', 'text'])(
    'finds %s sound: no duplicates',
    async (name) => {
      const dataset = await openDataset(name, { seed: 0 });
      const card = datasetCard(dataset);
      expect(card.duplicatesAcross).toBe(0);
      expect(card.duplicatesWithin).toEqual({ train: 0, validation: 0, test: 0 });
      for (const split of splitNames) {
        if (card.kind !== 'sequence')
          expect(card.classCounts[split]!.reduce((sum, count) => sum + count, 0)).toBe(card.counts[split]);
        if (card.kind === 'image') expect(card.ranges[split]).toEqual({ min: 0, max: 1 });
      }
    },
  );

  it('reports the windows of a text as they are', async () => {
    const card = datasetCard(await openDataset('text', { seed: 0 }));
    expect(card).toMatchObject({ kind: 'sequence', shape: [64], origin: 'drawn from the seed' });
    expect(card.classCounts.train).toBeNull();
    expect(card.ranges.train).toEqual({ min: 0, max: 25 });
  });

  it('reads a subset as the dataset that it is', async () => {
    const card = datasetCard(subsetOf(await openDataset('mnist', { seed: 0 }), { count: 100 }, 0));
    expect(card).toMatchObject({
      name: 'mnist@100',
      counts: { train: 100, validation: 1000, test: 1000 },
      duplicatesAcross: 0,
    });
    expect(card.classCounts.train!.every((count) => count >= 8 && count <= 12)).toBe(true);
  });
});
