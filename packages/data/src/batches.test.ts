import { describe, expect, it } from 'vitest';
import { batches } from './batches.ts';
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
