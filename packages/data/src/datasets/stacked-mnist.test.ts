import { beforeAll, describe, expect, it } from 'vitest';
import { datasetCard } from '../card.ts';
import { openDataset } from '../open-dataset.ts';
import { subsetOf } from '../splits/subset.ts';
import { putIdxSet, useTemporaryFolder } from '../testing/data-files.ts';
import { splitNames } from '../types.ts';
import type { Dataset, Split } from '../types.ts';

let [stacked, mnist]: [Dataset?, Dataset?] = [];
beforeAll(async () => {
  [stacked, mnist] = [await openDataset('stacked-mnist', { seed: 3 }), await openDataset('mnist', { seed: 3 })];
});

/** The label of each image of a split, by its pixels. */
function labelsByPixels(split: Split): Map<string, number> {
  const pixels = split.floats();
  return new Map(
    Array.from({ length: split.count }, (_, i) => [keyOf(pixels.subarray(784 * i, 784 * i + 784)), split.labels![i]!]),
  );
}

const keyOf = (image: Float32Array) => Buffer.from(image.map((v) => v * 255)).toString('latin1') + image.length;

/** The three channels of an example, each an image of its own. */
const channelsOf = (example: Float32Array) =>
  [0, 1, 2].map((channel) => Float32Array.from({ length: 784 }, (_, p) => example[3 * p + channel]!));

describe('stacked-mnist', () => {
  it('stacks digits of the same split of mnist, and its label is the number that they form', () => {
    for (const name of splitNames) {
      const [split, digits] = [stacked!.splits[name], labelsByPixels(mnist!.splits[name])];
      const examples = split.floats(100, 200);
      for (let i = 0; i < 100; i++) {
        const channels = channelsOf(examples.subarray(2352 * i, 2352 * i + 2352));
        const [a, b, c] = channels.map((image) => digits.get(keyOf(image))) as [number, number, number];
        expect(100 * a + 10 * b + c).toBe(split.labels![100 + i]);
      }
    }
  });

  it('reads ranges and single rows alike, past the end of a block', () => {
    const { train } = stacked!.splits;
    const indices = Int32Array.from({ length: 150 }, (_, i) => 200 - i);
    const gathered = train.gather(indices, new Float32Array(150 * 2352));
    const range = train.floats(51, 201);
    for (const [row, index] of indices.entries()) {
      const [one, other] = [
        gathered.subarray(row * 2352, (row + 1) * 2352),
        range.subarray((index - 51) * 2352, (index - 50) * 2352),
      ];
      expect(Buffer.compare(Buffer.from(one.slice().buffer), Buffer.from(other.slice().buffer))).toBe(0);
    }
  });

  it('has all 1 000 modes, each as often as its digits are', () => {
    const { train } = stacked!.splits;
    expect(train.labels).toBeInstanceOf(Uint16Array);
    const counts = new Uint32Array(1000);
    for (const label of train.labels!) counts[label]! += 1;
    const shares = new Float64Array(10);
    for (const label of mnist!.splits.train.labels!) shares[label]! += 1 / mnist!.splits.train.count;
    let chiSquare = 0;
    for (const [mode, count] of counts.entries()) {
      const digits = [Math.floor(mode / 100), Math.floor(mode / 10) % 10, mode % 10];
      const mean = digits.reduce((product, digit) => product * shares[digit]!, train.count);
      chiSquare += (count - mean) ** 2 / mean;
    }
    expect(Math.abs(chiSquare - 999)).toBeLessThan(5 * Math.sqrt(2 * 999)); // 5 standard deviations
    expect(counts.every((count) => count > 0)).toBe(true);
  });

  it('holds places, not pixels', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const again = await openDataset('stacked-mnist', { seed: 4 });
    // 7.8 MB of digits and their 21 MB of text, which may still wait to be collected; the pixels would be 153 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60e6);
    expect(again.splits.train.count).toBe(50_000);
  });
});

const temporary = useTemporaryFolder();

it('refuses a set of so few images that there are not enough triples, rather than draw for ever', async () => {
  await putIdxSet(temporary.path('cache', 'mnist'), { train: 600, test: 20 }); // 50 held out for validation
  await expect(openDataset('stacked-mnist', { seed: 0, places: temporary.places() })).rejects.toThrow(
    'stacked-mnist: expected at least 28 test images of mnist, got 20 in files in the cache folder; put the whole set',
  );
});

describe('the card of stacked-mnist', () => {
  it('finds no duplicates, within splits or across', () => {
    const card = datasetCard(subsetOf(stacked!, { count: 5000 }, 0)); // all of validation and test; the whole takes 2 s
    expect(card.duplicatesAcross).toBe(0);
    expect(card.duplicatesWithin).toEqual({ train: 0, validation: 0, test: 0 });
    expect(card.classCounts.test!.length).toBe(1000);
  });
});
