import { beforeAll, describe, expect, it } from 'vitest';
import { datasetNames, datasets, downloadDataset, locateDataset, openDataset } from './open-dataset.ts';
import { splitNames } from './types.ts';
import type { Dataset, Split } from './types.ts';

/** Each example of a split as a string of its floats' bytes. */
function contents(split: Split): string[] {
  const floats = Buffer.from(split.floats().buffer);
  const bytes = floats.length / split.count;
  return Array.from({ length: split.count }, (_, i) => floats.toString('latin1', i * bytes, (i + 1) * bytes));
}

function classCounts(split: Split): number[] {
  const counts = new Uint32Array(split.spec.classes);
  for (const label of split.labels!) counts[label]! += 1;
  return [...counts];
}

const expected = {
  mnist: { spec: { kind: 'image', shape: [28, 28, 1], range: [0, 1], classes: 10 }, counts: [8000, 1000, 1000] },
  shapes: { spec: { kind: 'image', shape: [32, 32, 1], range: [0, 1], classes: 4 }, counts: [8000, 1000, 1000] },
  ring: { spec: { kind: 'points', shape: [2], range: null, classes: 8 }, counts: [100_000, 10_000, 10_000] },
  grid: { spec: { kind: 'points', shape: [2], range: null, classes: 25 }, counts: [100_000, 10_000, 10_000] },
  spiral: { spec: { kind: 'points', shape: [2], range: null, classes: 2 }, counts: [100_000, 10_000, 10_000] },
  moons: { spec: { kind: 'points', shape: [2], range: null, classes: 2 }, counts: [100_000, 10_000, 10_000] },
  checkerboard: { spec: { kind: 'points', shape: [2], range: null, classes: 8 }, counts: [100_000, 10_000, 10_000] },
} as const;

describe('openDataset', () => {
  it('refuses an unknown name and lists what exists', async () => {
    await expect(openDataset('mnits', { seed: 0 })).rejects.toThrow(
      "there is no dataset 'mnits'; choose one of mnist, fashion-mnist, cifar-10, image-folder, stacked-mnist, shapes, ring, grid, spiral, moons, checkerboard, text.",
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the seed %d', async (seed) => {
    await expect(openDataset('ring', { seed })).rejects.toThrow(`seed must be a non-negative integer, got ${seed}`);
  });

  it.each([0, -0.1, 1.1, Number.NaN])('refuses the fraction %d', async (fraction) => {
    await expect(openDataset('ring', { seed: 0, fraction })).rejects.toThrow(`in (0, 1], got ${fraction}`);
  });

  it('refuses two amounts at once, an argument where there is none to give, and more than there is', async () => {
    await expect(openDataset('ring@10', { seed: 0, fraction: 0.5 })).rejects.toThrow(
      'ring@10 has an amount and fraction is 0.5; give one of the two',
    );
    await expect(openDataset('ring:8', { seed: 0 })).rejects.toThrow("ring takes nothing after a colon, got '8'");
    await expect(openDataset('ring@100001', { seed: 0 })).rejects.toThrow(
      'ring@100001: 100001 train examples asked for, expected 1 ... 100000',
    );
    expect((await openDataset('ring@0.0001%', { seed: 0 })).splits.train.count).toBe(1);
  });

  it('cuts the train split alone, by count, percentage or fraction, and nests the parts', async () => {
    const [whole, large, small, part] = await Promise.all([
      openDataset('ring', { seed: 3 }),
      openDataset('ring@5000', { seed: 3 }),
      openDataset('ring@1%', { seed: 3 }),
      openDataset('ring', { seed: 3, fraction: 0.01 }),
    ]);
    expect(large.splits.train.count).toBe(5000);
    expect(small.splits.train.count).toBe(1000);
    expect([large.name, small.name, part.name]).toEqual(['ring@5000', 'ring@1%', 'ring@1%']);
    expect(part.hash).toBe(small.hash);
    expect(new Set([whole.hash, large.hash, small.hash]).size).toBe(3);
    const within = new Set(contents(large.splits.train));
    expect(contents(small.splits.train).every((example) => within.has(example))).toBe(true);
    for (const name of ['validation', 'test'] as const) {
      expect(contents(small.splits[name])).toEqual(contents(whole.splits[name]));
    }
    expect(classCounts(small.splits.train)).toEqual(Array.from({ length: 8 }, () => 125));
  });

  it('says of each where it is, without opening it', async () => {
    for (const name of Object.keys(expected)) {
      const { state, counts } = await locateDataset(name);
      expect(['embedded', 'made']).toContain(state);
      const { splits } = await openDataset(name, { seed: 0 });
      expect(counts).toEqual(Object.fromEntries(splitNames.map((split) => [split, splits[split].count])));
    }
    expect((await locateDataset('ring@10%')).counts).toEqual({ train: 10_000, validation: 10_000, test: 10_000 });
    expect((await locateDataset('ring@1000')).counts).toEqual({ train: 1000, validation: 10_000, test: 10_000 });
    await expect(locateDataset('ring@100001')).rejects.toThrow(
      '100001 train examples asked for, expected 1 ... 100000',
    );
    await expect(downloadDataset('ring')).rejects.toThrow('ring: there is nothing to download, it is made.');
  });

  it('lists each dataset once, with one sentence about it', () => {
    expect(new Set(datasetNames).size).toBe(datasets.length);
    expect(datasetNames).toEqual(expect.arrayContaining(Object.keys(expected)));
    for (const { description } of datasets) expect(description).toMatch(/^[A-Z][^\n]*\.$/);
  });
});

describe.each(Object.entries(expected))('%s', (name, { spec, counts }) => {
  let dataset: Dataset;
  beforeAll(async () => {
    dataset = await openDataset(name, { seed: 0 });
  });

  it('has its shape, splits and labels', () => {
    expect(dataset).toMatchObject({ name, spec, description: datasets.find((d) => d.name === name)!.description });
    for (const [i, splitName] of splitNames.entries()) {
      const split = dataset.splits[splitName];
      expect(split).toMatchObject({ name: splitName, spec, count: counts[i] });
      expect(split.labels!.length).toBe(split.count);
      expect(split.labels!.every((label) => label < spec.classes)).toBe(true);
    }
  });

  it('shares no example between splits, nor repeats one within a split', () => {
    const all = splitNames.flatMap((splitName) => contents(dataset.splits[splitName]));
    expect(new Set(all).size).toBe(counts[0] + counts[1] + counts[2]);
  });

  it('gives the same examples for the same seed, and another split for another', async () => {
    const again = await openDataset(name, { seed: 0 });
    expect(again.hash).toBe(dataset.hash);
    for (const splitName of splitNames) {
      const [here, there] = [dataset, again].map(({ splits }) => Buffer.from(splits[splitName].floats().buffer));
      expect(here!.equals(there!)).toBe(true);
      expect(again.splits[splitName].labels).toEqual(dataset.splits[splitName].labels);
    }
    const other = await openDataset(name, { seed: 1 });
    expect(other.hash).not.toBe(dataset.hash);
    const here = new Set(contents(dataset.splits.test));
    const both = contents(other.splits.test).filter((example) => here.has(example)).length;
    expect(both).toBeLessThan(0.2 * here.size); // one in ten by chance on mnist, none where examples are drawn
  });
});

describe('mnist', () => {
  it('has every class at its share of each split, within one image', async () => {
    const { splits } = await openDataset('mnist', { seed: 0 });
    const perClass = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978];
    for (const splitName of splitNames) {
      const split = splits[splitName];
      for (const [digit, count] of classCounts(split).entries()) {
        expect(Math.abs(count - (perClass[digit]! * split.count) / 10_000)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('has one split per seed for ever: records of earlier runs would not compare with another', async () => {
    const { hash } = await openDataset('mnist', { seed: 0 });
    expect(hash).toBe('ac80f12b4549489913a472b8ecde46dabb0db8e374eb441af282f7521db80d19');
  });
});

const axis = [-4, -2, 0, 2, 4];
const circle = Array.from({ length: 8 }, (_, k) => [Math.cos((k * Math.PI) / 4), Math.sin((k * Math.PI) / 4)]);

describe.each([
  ['ring', 0.01, circle],
  ['grid', 0.05, axis.flatMap((x) => axis.map((y) => [x, y]))],
])('%s', (name, sigma, expectedCentres) => {
  it('states its modes', async () => {
    const { modes, spec } = await openDataset(name, { seed: 0 });
    expect(modes).toMatchObject({ count: spec.classes, dimensions: 2, sigma });
    expect(modes!.centres).toEqual(Float32Array.from(expectedCentres.flat()));
  });

  it('draws as many points from each mode, with its centre and spread', async () => {
    const { modes, splits } = await openDataset(name, { seed: 0 });
    const { centres, count } = modes!;
    for (const splitName of splitNames) {
      const split = splits[splitName];
      const perMode = split.count / count;
      expect(classCounts(split)).toEqual(Array.from({ length: count }, () => perMode));
      const points = split.floats();
      const sums = new Float64Array(2 * count);
      let squares = 0;
      let near = 0;
      for (let i = 0; i < split.count; i++) {
        const mode = split.labels![i]!;
        const [dx, dy] = [0, 1].map((d) => (points[2 * i + d]! - centres[2 * mode + d]!) / sigma) as [number, number];
        sums[2 * mode]! += dx;
        sums[2 * mode + 1]! += dy;
        squares += dx * dx + dy * dy;
        near += Number(Math.hypot(dx, dy) < 3);
      }
      // Five standard errors each: of a mean, of a variance over both axes, and of the share 1 - exp(-4.5) within 3 sigma.
      for (const total of sums) expect(Math.abs(total / perMode)).toBeLessThan(5 / Math.sqrt(perMode));
      expect(Math.abs(squares / (2 * split.count) - 1)).toBeLessThan(5 / Math.sqrt(split.count));
      const share = 1 - Math.exp(-4.5);
      expect(Math.abs(near / split.count - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / split.count));
    }
  });
});
