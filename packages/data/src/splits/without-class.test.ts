import { describe, expect, it } from 'vitest';
import { openDataset } from '../open-dataset.ts';
import type { Split } from '../types.ts';
import { withoutClass } from './without-class.ts';

const shapes = await openDataset('shapes', { seed: 0 });
const size = 32 * 32;

/** The examples of other classes, read one by one. */
function expectOthers(part: Split, whole: Split, label: number): void {
  const places = [...whole.labels!.keys()].filter((place) => whole.labels![place] !== label);
  expect(part.count).toBe(places.length);
  expect(part.count).toBeLessThan(whole.count);
  expect([...part.labels!]).toEqual(places.map((place) => whole.labels![place]));
  for (const row of [0, 1, 57, part.count - 1]) {
    expect(part.floats(row, row + 1)).toEqual(whole.floats(places[row]!, places[row]! + 1));
  }
  const last = Int32Array.of(part.count - 1, 0);
  const gathered = part.gather(last, new Float32Array(2 * size));
  expect(gathered.subarray(0, size)).toEqual(part.floats(part.count - 1, part.count));
}

describe('withoutClass', () => {
  it('takes one class from train and validation, keeps the order and the numbers of the others, and leaves test whole', () => {
    for (let label = 0; label < shapes.spec.classes; label++) {
      const { splits, name } = withoutClass(shapes, label);
      expectOthers(splits.train, shapes.splits.train, label);
      expectOthers(splits.validation, shapes.splits.validation, label);
      expect(splits.test).toBe(shapes.splits.test);
      expect(name).toBe('shapes');
    }
  });

  it('has a hash of its own for each class', () => {
    const hashes = [0, 1].map((label) => withoutClass(shapes, label).hash);
    expect(new Set([shapes.hash, ...hashes]).size).toBe(3);
    expect(withoutClass(shapes, 0).hash).toBe(hashes[0]);
  });

  it('refuses a class that there is not, and one beside which there is none', () => {
    for (const label of [-1, 0.5, shapes.spec.classes]) {
      expect(() => withoutClass(shapes, label)).toThrow(
        `shapes has 4 classes, got class ${label} to hold out; pass one of 0 ... 3.`,
      );
    }
    const one = { ...shapes.splits.train, labels: new Uint8Array(shapes.splits.train.count) };
    const alike = { ...shapes, splits: { ...shapes.splits, train: one } };
    expect(() => withoutClass(alike, 0)).toThrow('all train examples of shapes are of class 0');
    const bare = { ...shapes, splits: { ...shapes.splits, train: { ...one, labels: null } } };
    expect(() => withoutClass(bare, 0)).toThrow('the train split has no labels');
  });

  it('says of a dataset without classes that it has none', async () => {
    const text = await openDataset('text', { seed: 0 });
    expect(() => withoutClass(text, 0)).toThrow(
      'withoutClass: text has no classes, got class 0 to hold out; choose a dataset with classes.',
    );
  });

  it('copies no pixels', () => {
    const before = process.memoryUsage().arrayBuffers;
    const { splits } = withoutClass(shapes, 0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6); // of pixels there are 5 MB and more
    expect(splits.train.count).toBeGreaterThan(1000);
  });
});
