import { describe, expect, it } from 'vitest';
import { batches } from './batches.ts';
import type { BatchOptions } from './batches.ts';
import { binariseSplit } from './binarise.ts';
import { imageSplit } from './splits/image-split.ts';
import { pointSplit } from './splits/point-split.ts';
import type { Split } from './types.ts';

/** Examples (i, -i), i from 0; the label of the i-th is 100 + i. */
const split = (count: number) =>
  pointSplit({
    name: 'train',
    spec: { kind: 'points', shape: [2], range: null, classes: 256 },
    points: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2)),
    labels: Uint8Array.from({ length: count }, (_, i) => 100 + i),
  });

/** Which examples the next batches hold, in a row; checks that the rows are whole and the labels theirs. */
function draw(source: Split, batchSize: number, seed: number, rounds: number): number[] {
  const stream = batches(source, { batchSize, seed });
  return Array.from({ length: rounds }, () => {
    const { examples, labels } = stream.next();
    const items = Array.from({ length: batchSize }, (_, row) => examples[2 * row]!);
    for (const [row, item] of items.entries()) {
      expect(examples[2 * row + 1]).toBe(item === 0 ? -0 : -item);
      expect(labels![row]).toBe(100 + item);
    }
    return items;
  }).flat();
}

const sorted = (items: readonly number[]) => [...items].sort((a, b) => a - b);

describe('batches', () => {
  it.each([1, 5, 4, 7, 10, 23])('shows every example once per epoch, in batches of %d of ten', (batchSize) => {
    const items = draw(split(10), batchSize, 0, 10);
    const epochs = Array.from({ length: Math.floor(items.length / 10) }, (_, e) => items.slice(10 * e, 10 * e + 10));
    for (const epoch of epochs) expect(sorted(epoch)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(epochs.map(String)).size).toBe(epochs.length); // 10! orders: a repeat would be a fault
  });

  it('gives the same examples in the same order for every batch size', () => {
    expect(draw(split(10), 6, 3, 5)).toEqual(draw(split(10), 15, 3, 2));
  });

  it('gives the same batches for the same seed, and others for another seed', () => {
    expect(draw(split(50), 8, 1, 20)).toEqual(draw(split(50), 8, 1, 20));
    expect(draw(split(50), 8, 1, 6)).not.toEqual(draw(split(50), 8, 2, 6));
  });

  it('counts the examples seen, and the epoch that each batch begins in', () => {
    const stream = batches(split(10), { batchSize: 4, seed: 0 });
    expect(stream.examplesSeen).toBe(0);
    const epochs = Array.from({ length: 6 }, () => stream.next().epoch);
    expect(epochs).toEqual([0, 0, 0, 1, 1, 2]); // batches begin at examples 0, 4, 8, 12, 16, 20
    expect(stream.examplesSeen).toBe(24);
    expect(stream.batchSize).toBe(4);
  });

  it('uses its arrays again', () => {
    const stream = batches(split(10), { batchSize: 4, seed: 0 });
    const first = stream.next();
    const second = stream.next();
    expect(second.examples).toBe(first.examples);
    expect(second.labels).toBe(first.labels);
  });

  it('has no labels where the split has none', () => {
    const stream = batches({ ...split(10), labels: null }, { batchSize: 4, seed: 0 });
    expect(stream.next().labels).toBeNull();
  });

  it('refuses sizes that are no positive integers, and an empty split', () => {
    for (const batchSize of [0, -1, 1.5, Number.NaN]) {
      expect(() => batches(split(10), { batchSize, seed: 0 })).toThrow(`positive integer, got ${batchSize}`);
    }
    expect(() => batches(split(0), { batchSize: 1, seed: 0 })).toThrow(/train split is empty/);
  });
});

/** Grey images of 4 x 4 whose first pixel tells which it is. */
const greys = (count: number) =>
  imageSplit({
    name: 'train',
    spec: { kind: 'image', shape: [4, 4, 1], range: [0, 1], classes: 0 },
    pixels: Uint8Array.from({ length: 16 * count }, (_, i) => (i % 16 === 0 ? i / 16 : (i * 37) % 256)),
    labels: null,
  });

/** The examples of the next batches, one after the other. */
function read(source: Split, options: BatchOptions, rounds: number): Float32Array[] {
  const stream = batches(source, options);
  const size = source.spec.shape.reduce((product, extent) => product * extent, 1);
  return Array.from({ length: rounds }, () => {
    const { examples } = stream.next();
    return Array.from({ length: options.batchSize }, (_, row) => examples.slice(row * size, (row + 1) * size));
  }).flat();
}

describe('batches with binarisation', () => {
  it('static: hands out the bits of binariseSplit, the same in every epoch, by the data seed', () => {
    const source = greys(50);
    const bits = binariseSplit(source, { seed: 7 });
    const rows = Array.from({ length: 50 }, (_, i) => String(bits.floats(i, i + 1)));
    const options = { batchSize: 10, binarise: 'static', dataSeed: 7 } as const;
    for (const seed of [0, 1]) {
      const drawn = read(source, { ...options, seed }, 10).map(String);
      expect(drawn.slice(0, 50).sort()).toEqual([...rows].sort());
      expect(drawn.slice(50).sort()).toEqual([...rows].sort());
    }
    const own = read(source, { batchSize: 50, binarise: 'static', seed: 7 }, 1).map(String);
    expect(own.sort()).toEqual(rows.sort());
  });

  it('dynamic: draws bits anew each time, with the intensities as probabilities', () => {
    const source = greys(1);
    const grey = source.floats();
    const drawn = read(source, { batchSize: 100, binarise: 'dynamic', seed: 0 }, 200);
    expect(new Set(drawn.map(String)).size).toBeGreaterThan(1000);
    for (const [pixel, p] of grey.entries()) {
      const ones = drawn.reduce((sum, example) => sum + example[pixel]!, 0);
      expect(Math.abs(ones - 20_000 * p)).toBeLessThanOrEqual(5 * Math.sqrt(20_000 * p * (1 - p))); // 5 standard deviations
    }
    expect(drawn.every((example) => example.every((value) => value === 0 || value === 1))).toBe(true);
  });

  it.each(['static', 'dynamic'] as const)('%s: the same for the same seed, whatever the size of batches', (kind) => {
    const all = (batchSize: number, seed: number) =>
      read(greys(30), { batchSize, binarise: kind, seed }, 120 / batchSize).map(String);
    expect(all(8, 0)).toEqual(all(40, 0));
    expect(all(8, 0)).not.toEqual(all(8, 1));
  });
});

describe('batches with dequantisation', () => {
  it('gives every byte noise of its own each time, in [0, 1)', () => {
    const source = greys(40);
    const plain = read(source, { batchSize: 20, seed: 0 }, 4);
    const noisy = read(source, { batchSize: 20, dequantise: 'uniform', seed: 0 }, 4);
    for (const [i, example] of noisy.entries()) {
      const bytes = [...example].map((value) => Math.floor(256 * value));
      expect(bytes).toEqual([...plain[i]!].map((value) => Math.round(255 * value)));
    }
    expect(new Set(noisy.map(String)).size).toBe(80);
    expect(noisy).toEqual(read(source, { batchSize: 40, dequantise: 'uniform', seed: 0 }, 2));
  });
});

describe('batches refuse', () => {
  const refuse = (source: Split, options: Partial<BatchOptions>) => () =>
    batches(source, { batchSize: 4, seed: 0, ...options });

  it('to binarise and dequantise at once', () => {
    expect(refuse(greys(4), { binarise: 'dynamic', dequantise: 'uniform' })).toThrow(/do not go together/);
    expect(refuse(greys(4), { binarise: 'none', dequantise: 'uniform' })).not.toThrow();
  });

  it('either of data that are no images', () => {
    for (const options of [{ binarise: 'static' }, { binarise: 'dynamic' }, { dequantise: 'uniform' }] as const) {
      expect(refuse(split(4), options)).toThrow(/holds points data, expected images/);
    }
    expect(refuse(split(4), { binarise: 'none', dequantise: 'none' })).not.toThrow();
  });

  it('options that do not exist, and a data seed that nothing would use', () => {
    expect(refuse(greys(4), { binarise: 'fixed' as 'static' })).toThrow("one of none, static, dynamic, got 'fixed'");
    expect(refuse(greys(4), { dequantise: 'gauss' as 'none' })).toThrow("one of none, uniform, got 'gauss'");
    expect(refuse(greys(4), { binarise: 'dynamic', dataSeed: 1 })).toThrow(/goes with binarise 'static' only/);
  });
});

describe('the memory of batches', () => {
  it.each([{}, { binarise: 'static' }, { binarise: 'dynamic' }, { dequantise: 'uniform' }] as const)(
    'holds two batches, an order and static bits beside the data, at the most: %j',
    (options) => {
      const pixels = new Uint8Array(64 * 2 ** 20);
      const source = imageSplit({
        name: 'train',
        spec: { kind: 'image', shape: [64, 64, 1], range: [0, 1], classes: 0 },
        pixels,
        labels: null,
      });
      const before = process.memoryUsage().arrayBuffers;
      const stream = batches(source, { batchSize: 32, seed: 0, ...options });
      for (let i = 0; i < 5; i++) stream.next();
      const [batch, order] = [4 * 32 * 4096, 4 * source.count];
      const bits = 'binarise' in options && options.binarise === 'static' ? pixels.length / 8 : 0;
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThanOrEqual(2 * batch + order + bits);
      expect(pixels.length).toBe(64 * 2 ** 20); // alive until here
    },
  );
});
