import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { authenticity } from './authenticity.ts';
import { rankSum } from './data-copying.ts';
import type { Features } from './features.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';

const shareOf = async (train: Features, fake: Features): Promise<number> =>
  (await authenticity(train, train, fake, { cells: 1 })).authenticShare;

describe('authenticShare', () => {
  it('is a worked example', async () => {
    // Nearest others of the training rows 0, 1, 3, 10: at 1, 1, 2, 7.
    const train = featuresOf([[0], [1], [3], [10]]);
    // 0.5 is nearer to 0 than 1 is; 5.5 lies 2.5 from 3, beyond 2; 3 itself is a copy; 12 lies nearer to 10 than 3 does; 5 lies on the rim,
    // as far from 3 as 3 is from 1, and is none.
    expect(await shareOf(train, featuresOf([[0.25], [5.5], [3], [12], [5]]))).toBeCloseTo(1 / 5, 12);
  });

  it('is 0 for copies, and 1 for rows far away', async () => {
    const train = normalFeatures(1, 200, 5);
    expect(await shareOf(train, inOrder(train, [3, 1, 4, 1, 5]))).toBe(0);
    expect(
      await shareOf(
        train,
        changed(train, (value) => value + 100),
      ),
    ).toBe(1);
  });

  // Points that are the nearest neighbour of their nearest neighbour: 2/3 and 6 pi / (8 pi + 3 sqrt 3) of a Poisson process.
  it.each([
    [1, 1 / 3],
    [2, 1 - (6 * Math.PI) / (8 * Math.PI + 3 * Math.sqrt(3))],
  ])('has the known value for equal distributions in %i dimensions', async (columns, expected) => {
    const share = await shareOf(normalFeatures(1, 4000, columns), normalFeatures(2, 4000, columns));
    expect(Math.abs(share - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / 2000)); // rows hang together
  });
});

describe('rankSum', () => {
  it('is U less its mean over its standard deviation, ties half: a worked example', () => {
    // 1, 3, 5 against 2, 3: 0 + 1.5 + 2 = 3.5 of 6, mean 3, variance 6 * 6 / 12 = 3
    expect(rankSum(Float64Array.of(5, 1, 3), Float64Array.of(3, 2))).toBeCloseTo(0.5 / Math.sqrt(3), 12);
  });

  it('changes its sign with its sides, and is 0 for equal values', () => {
    const [a, b] = [new Float64Array(30), new Float64Array(20)];
    new RandomStream(1).fillNormal(a);
    new RandomStream(2).fillNormal(b);
    expect(rankSum(a, b)).toBeCloseTo(-rankSum(b, a), 12);
    expect(rankSum(a.fill(7), b.fill(7))).toBe(0);
  });
});

describe('dataCopying', () => {
  const train = normalFeatures(1, 600, 10);
  const test = normalFeatures(2, 300, 10);

  const copyingOf = async (fake: Features, options = {}): Promise<number> =>
    (await authenticity(train, test, fake, options)).dataCopying!;

  it('is near 0 for fresh rows, far below for near copies, far above for rows that are off', async () => {
    const fresh = normalFeatures(3, 300, 10);
    expect(Math.abs(await copyingOf(fresh))).toBeLessThan(4); // a z
    const noise = new RandomStream(4);
    const copies = changed(inOrder(train, Array(300).keys()), (value) => value + 0.05 * noise.normal());
    expect(await copyingOf(copies)).toBeLessThan(-8);
    expect(await copyingOf(changed(fresh, (value) => 1.5 * value))).toBeGreaterThan(8);
  });

  it('is the z of all distances where there is one cell and every component', async () => {
    const fake = normalFeatures(5, 100, 10);
    const nearest = ({ data, rows, columns }: Features) =>
      Float64Array.from({ length: rows }, (_, i) => {
        let least = Infinity;
        for (let j = 0; j < train.rows; j++) {
          let sum = 0;
          for (let k = 0; k < columns; k++) sum += (data[i * columns + k]! - train.data[j * columns + k]!) ** 2;
          least = Math.min(least, sum);
        }
        return least;
      });
    // Rotating onto the components changes no distance, but for rounding in float64.
    expect(await copyingOf(fake, { cells: 1 })).toBeCloseTo(rankSum(nearest(fake), nearest(test)), 10);
  });

  it('weights separate cells by their test rows and leaves small ones out', async () => {
    const place = (features: Features, shift: number) =>
      changed(features, (value, column) => value + (column === 0 ? shift : 0));
    const joined = (...parts: Features[]): Features => ({
      data: Float32Array.from(parts.flatMap(({ data }) => [...data])),
      rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      columns: 3,
    });
    const part = (seed: number, rows: number, shift: number) => place(normalFeatures(seed, rows, 3), shift);
    const sides = (shift: number, seed: number, rows: number) =>
      [part(seed, 100, shift), part(seed + 1, rows, shift), part(seed + 2, 50, shift)] as const;
    const [left, right, few] = [sides(0, 1, 40), sides(1000, 4, 80), sides(-3000, 7, 10)] as const;
    const at = async (parts: readonly (readonly [Features, Features, Features])[], cells: number) =>
      (
        await authenticity(
          joined(...parts.map(([a]) => a)),
          joined(...parts.map(([, b]) => b)),
          joined(...parts.map(([, , c]) => c)),
          { cells },
        )
      ).dataCopying!;
    const [one, other] = [await at([left], 1), await at([right], 1)];
    const expected = (40 * one + 80 * other) / 120;
    expect(await at([left, right], 2)).toBeCloseTo(expected, 8);
    expect(await at([left, right, few], 3)).toBeCloseTo(expected, 8);
    // Where all are small, all count.
    expect(await at([few], 1)).not.toBe(0);
  });

  it('works in the rows where columns are more, and on columns without variance', async () => {
    const wide = (seed: number, rows: number) => normalFeatures(seed, rows, 100);
    const got = await authenticity(wide(1, 60), wide(2, 50), wide(3, 50));
    expect(Math.abs(got.dataCopying!)).toBeLessThan(5);
    const flat = (features: Features) => changed(features, (value, column) => (column % 2 === 0 ? 0.3 : value));
    const without = await authenticity(flat(train), flat(test), flat(normalFeatures(3, 300, 10)));
    expect(Number.isFinite(without.dataCopying)).toBe(true);
  });

  it('is 0 where every row is the same: all are copies, and none is nearer than another', async () => {
    const constant = changed(train, () => 0.3);
    expect(await authenticity(constant, constant, constant)).toEqual({ authenticShare: 0, dataCopying: 0 });
  });

  it('draws its cells by seed', async () => {
    const fake = normalFeatures(3, 300, 10);
    const first = await copyingOf(fake);
    expect(await copyingOf(fake)).toBe(first);
    expect(await copyingOf(fake, { seed: 9 })).not.toBe(first);
  });
});

describe('authenticity', () => {
  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(1, 30, 3);
    await expect(authenticity(a, a, normalFeatures(1, 5, 4))).rejects.toThrow('train has 3, test has 3, fake has 4');
    await expect(authenticity(normalFeatures(1, 1, 3), a, a)).rejects.toThrow('train needs at least 2 rows, got 1');
    await expect(authenticity(a, a, a, { cells: 0 })).rejects.toThrow('cells must be a positive integer, got 0');
    await expect(authenticity(a, a, a, { components: 1.5 })).rejects.toThrow('components must be a positive integer');
    const broken = changed(a, () => Number.NaN);
    await expect(authenticity(a, broken, a)).rejects.toThrow('test at row 0, column 0');
  });

  it('says nothing of copying where test and fake rows share no cell', async () => {
    const a = normalFeatures(1, 30, 3);
    const far = changed(a, (value) => value + 1000);
    const both = { data: Float32Array.of(...a.data, ...far.data), rows: 60, columns: 3 };
    expect(await authenticity(both, a, far, { cells: 2 })).toStrictEqual({ authenticShare: 0, dataCopying: null });
  });
});
