import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { defineDataset } from '../define-dataset.ts';
import { openDataset } from '../open-dataset.ts';
import type { Dataset, Split } from '../types.ts';
import { pointSplit } from './point-split.ts';
import { subsetOf } from './subset.ts';

/** Train examples with these labels, the i-th at the point i; null gives as many as `labels` without any. */
function datasetOf(labels: readonly number[], classes: number, labelled = true): Dataset {
  const spec = { kind: 'points', shape: [1], range: null, classes: labelled ? classes : 0 } as const;
  const split = (name: Split['name'], own: readonly number[]) => ({
    ...pointSplit({ name, spec, points: Float32Array.from(own.keys()), labels: Uint8Array.from(own) }),
    ...(labelled ? {} : { labels: null }),
  });
  const splits = { train: split('train', labels), validation: split('validation', [0]), test: split('test', [0, 0]) };
  return defineDataset({ name: 'd', description: 'D.', origin: 'o', spec, splits });
}

/** Labels in random order, with random numbers of examples per class: some classes rare, some empty, some large. */
function randomLabels(stream: RandomStream): { labels: number[]; classes: number } {
  const classes = 1 + stream.integer(12);
  const counts = Array.from({ length: classes }, () => [0, 1, 2, 10, 30, 100][stream.integer(6)]! * stream.integer(4));
  const labels = counts.flatMap((count, label) => Array.from({ length: count }, () => label));
  return { labels: stream.shuffle(labels.length > 0 ? labels : [0]), classes };
}

const examples = ({ splits }: Dataset) => [...splits.train.floats()];

describe('subsetOf', () => {
  it('gives every class its quota, rounded down or up, in every one of its sizes; and each is part of the next', () => {
    const stream = new RandomStream(0, 'subsets');
    for (let round = 0; round < 60; round++) {
      const { labels, classes } = randomLabels(stream);
      const dataset = datasetOf(labels, classes);
      const totals = Array.from({ length: classes }, (_, label) => labels.filter((own) => own === label).length);
      const whole = examples(subsetOf(dataset, { count: labels.length }, round));
      expect(new Set(whole).size).toBe(labels.length);
      const held = Array.from({ length: classes }, () => 0);
      for (const [i, example] of whole.entries()) {
        held[labels[example]!]! += 1;
        for (const [label, total] of totals.entries()) {
          const quota = ((i + 1) * total) / labels.length;
          expect(held[label]! >= Math.floor(quota) && held[label]! <= Math.ceil(quota)).toBe(true);
        }
      }
      for (const count of [1, Math.ceil(labels.length / 3), labels.length]) {
        const subset = subsetOf(dataset, { count }, round);
        expect(examples(subset)).toEqual(whole.slice(0, count));
        expect([...subset.splits.train.labels!]).toEqual(examples(subset).map((example) => labels[example]));
      }
    }
  });

  it('keeps the quota exactly where classes are equal: every ten of mnist-like labels hold each once', () => {
    const labels = Array.from({ length: 500 }, (_, i) => i % 10);
    const subset = subsetOf(datasetOf(labels, 10), { count: 500 }, 0);
    for (let i = 0; i < 500; i += 10) expect(new Set(subset.splits.train.labels!.subarray(i, i + 10)).size).toBe(10);
  });

  it('chooses by the seed, classes and examples alike', () => {
    const dataset = datasetOf(
      Array.from({ length: 500 }, (_, i) => i % 10),
      10,
    );
    const choose = (seed: number) => examples(subsetOf(dataset, { count: 5 }, seed));
    expect(choose(0)).toEqual(choose(0));
    const runs = Array.from({ length: 40 }, (_, seed) => choose(seed));
    expect(new Set(runs.map(String)).size).toBe(40);
    expect(new Set(runs.flat().map((example) => example % 10)).size).toBe(10);
  });

  it('is a random choice where there are no labels, nested too', () => {
    const dataset = datasetOf(
      Array.from({ length: 200 }, () => 0),
      1,
      false,
    );
    const whole = examples(subsetOf(dataset, { count: 200 }, 0));
    expect(whole).not.toEqual([...whole].sort((a, b) => a - b));
    expect(new Set(whole).size).toBe(200);
    const some = subsetOf(dataset, { count: 50 }, 0);
    expect(examples(some)).toEqual(whole.slice(0, 50));
    expect(some.splits.train.labels).toBeNull();
  });

  it('takes a fraction for the nearest count, and says the count', () => {
    const dataset = datasetOf(
      Array.from({ length: 199 }, () => 0),
      1,
    );
    const [tenth, twenty] = [subsetOf(dataset, { fraction: 0.1 }, 0), subsetOf(dataset, { count: 20 }, 0)];
    expect(tenth.name).toBe('d@20');
    expect(tenth.hash).toBe(twenty.hash);
    expect(examples(tenth)).toEqual(examples(twenty));
    expect(subsetOf(dataset, { fraction: 1e-9 }, 0).splits.train.count).toBe(1);
    expect(subsetOf(dataset, { fraction: 1 }, 0).splits.train.count).toBe(199);
  });

  it('leaves the other splits, and has a hash of its examples', () => {
    const dataset = datasetOf(
      Array.from({ length: 100 }, (_, i) => i % 3),
      3,
    );
    const subset = subsetOf(dataset, { count: 10 }, 0);
    expect(subset.splits.validation).toBe(dataset.splits.validation);
    expect(subset.splits.test).toBe(dataset.splits.test);
    const hashes = [dataset, subset, subsetOf(dataset, { count: 11 }, 0), subsetOf(dataset, { count: 10 }, 1)].map(
      ({ hash }) => hash,
    );
    expect(new Set(hashes).size).toBe(4);
    expect(subset.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses counts and fractions that there are not, and says how many examples there are', () => {
    const dataset = datasetOf([0, 0, 0], 1);
    for (const count of [0, -1, 1.5, 4, Number.NaN]) {
      expect(() => subsetOf(dataset, { count }, 0)).toThrow(
        `${count} train examples asked for, expected a whole number in 1 ... 3`,
      );
    }
    for (const fraction of [0, -0.1, 1.1, Number.NaN]) {
      expect(() => subsetOf(dataset, { fraction }, 0)).toThrow(`fraction must be in (0, 1], got ${fraction}`);
    }
  });
});

describe('the train split of a subset', () => {
  it('reads like any split: ranges, rows, targets, and errors that state its own count', async () => {
    const shapes = await openDataset('shapes', { seed: 0 });
    const { train } = subsetOf(shapes, { count: 100 }, 0).splits;
    const range = train.floats(10, 13);
    const gathered = train.gather(Int32Array.of(12, 10), new Float32Array(2048));
    expect(gathered.subarray(0, 1024)).toEqual(range.subarray(2048));
    expect(gathered.subarray(1024)).toEqual(range.subarray(0, 1024));
    expect(() => train.gather(Int32Array.of(100), new Float32Array(1024))).toThrow(
      'index 100 at place 0 is outside 0 ... 99',
    );
    expect(() => train.floats(0, 101)).toThrow('0 <= from <= to <= 100');
    expect(() => train.gather(Int32Array.of(1), new Float32Array(1))).toThrow(/holds 1 floats, expected 1024/);
  });

  it('keeps labels and factors with their examples, in arrays of the same type', async () => {
    const [shapes, stacked] = [
      await openDataset('shapes', { seed: 0 }),
      await openDataset('stacked-mnist', { seed: 0 }),
    ];
    const { factors, labels, count } = subsetOf(shapes, { count: 400 }, 0).splits.train;
    expect(factors!.values.length).toBe(5 * count);
    for (let i = 0; i < count; i++) expect(factors!.values[5 * i]).toBe(labels![i]);
    expect(
      new Set(Array.from({ length: count }, (_, i) => String(factors!.values.subarray(5 * i, 5 * i + 5)))).size,
    ).toBe(count);
    const { train } = subsetOf(stacked, { count: 2000 }, 0).splits;
    expect(train.labels).toBeInstanceOf(Uint16Array);
    expect(Math.max(...train.labels!)).toBeGreaterThan(900);
  });

  it('holds no copy of the pixels', async () => {
    const shapes = await openDataset('shapes', { seed: 0 });
    const before = process.memoryUsage().arrayBuffers;
    const subset = subsetOf(shapes, { count: 8000 }, 0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6); // of pixels there are 8.2 MB
    expect(subset.splits.train.count).toBe(8000);
  });
});
