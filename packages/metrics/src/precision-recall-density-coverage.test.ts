import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import type { Features } from './features.ts';
import { precisionRecallDensityCoverage } from './precision-recall-density-coverage.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';
import { trickySets } from './testing/tricky-sets.ts';

/** The definitions, over whole matrices of squared distances in float64. */
function oracle(real: Features, fake: Features, k: number) {
  const rowsOf = ({ data, rows, columns }: Features) =>
    Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
  const distance = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + (value - q[i]!) ** 2, 0);
  const radius = (points: number[][], i: number) =>
    points.map((q, j) => (i === j ? Infinity : distance(points[i]!, q))).sort((a, b) => a - b)[k - 1]!;
  const [x, y] = [rowsOf(real), rowsOf(fake)];
  const [rx, ry] = [x.map((_, i) => radius(x, i)), y.map((_, j) => radius(y, j))];
  const share = (hits: boolean[]) => hits.filter(Boolean).length / hits.length;
  const inBall = (i: number, j: number) => distance(x[i]!, y[j]!) < rx[i]!;
  return {
    precision: share(y.map((_, j) => x.some((_, i) => inBall(i, j)))),
    recall: share(x.map((p) => y.some((q, j) => distance(p, q) < ry[j]!))),
    density: y.reduce((sum, _, j) => sum + x.filter((_, i) => inBall(i, j)).length, 0) / (k * y.length),
    coverage: share(x.map((_, i) => y.some((_, j) => inBall(i, j)))),
  };
}

describe('precisionRecallDensityCoverage', () => {
  it.each([
    [1, 70, 90, 2],
    [3, 130, 66, 5],
    [5, 64, 200, 9],
  ])('agrees with the definitions: k = %i, %i real and %i fake rows in %i dimensions', async (k, m, n, columns) => {
    const real = normalFeatures(1, m, columns);
    const fake = changed(normalFeatures(2, n, columns), (value) => 0.8 * value + 0.5);
    const got = await precisionRecallDensityCoverage(real, fake, { k });
    const expected = oracle(real, fake, k);
    expect(got).toEqual({ ...expected, density: expect.closeTo(expected.density, 12) });
    for (const value of Object.values(got)) expect(value).toBeGreaterThan(0); // the example is not a trivial one
  });

  it.each(Object.entries(trickySets))(
    'decides every comparison as float64 does on features that are %s',
    async (_, make) => {
      const [real, fake] = [make(1, 120), make(2, 90)];
      for (const k of [1, 5]) {
        const expected = oracle(real, fake, k);
        expect(await precisionRecallDensityCoverage(real, fake, { k })).toEqual({
          ...expected,
          density: expect.closeTo(expected.density, 12),
        });
      }
    },
  );

  it('does not swap its sides: a fake set within one half of the real one is precise, and recalls that half', async () => {
    const grid = featuresOf(Array.from({ length: 100 }, (_, i) => [i + (i % 7) / 100]));
    const fake = inOrder(
      grid,
      Array.from({ length: 50 }, (_, i) => i),
    );
    const { precision, recall, coverage } = await precisionRecallDensityCoverage(grid, fake, { k: 3 });
    expect(precision).toBe(1);
    expect(recall).toBeGreaterThanOrEqual(0.5);
    expect(recall).toBeLessThan(0.55);
    expect(coverage).toBeGreaterThanOrEqual(0.5);
    expect(coverage).toBeLessThan(0.55);
  });

  it('is 1 for a set and itself in any order, save the density, and 0 for sets far apart', async () => {
    const real = normalFeatures(1, 150, 4);
    const shuffled = inOrder(real, new RandomStream(1).permutation(150));
    expect(await precisionRecallDensityCoverage(real, shuffled)).toMatchObject({
      precision: 1,
      recall: 1,
      coverage: 1,
    });
    // Each real ball holds its centre and the k - 1 rows nearer than its rim: k fake rows, so the density is 1 too.
    expect((await precisionRecallDensityCoverage(real, shuffled)).density).toBeCloseTo(1, 12);
    const far = changed(real, (value) => value + 1000);
    expect(await precisionRecallDensityCoverage(real, far)).toEqual({
      precision: 0,
      recall: 0,
      density: 0,
      coverage: 0,
    });
  });

  it('does not depend on the order of rows', async () => {
    const [real, fake] = [normalFeatures(1, 150, 4), normalFeatures(2, 100, 4)];
    const mixed = inOrder(fake, new RandomStream(2).permutation(100));
    expect(await precisionRecallDensityCoverage(real, mixed)).toEqual(await precisionRecallDensityCoverage(real, fake));
  });

  it('is 0 everywhere on constant features, where balls are empty', async () => {
    const constant = changed(normalFeatures(1, 8, 3), () => 0.3);
    const expected = { precision: 0, recall: 0, density: 0, coverage: 0 };
    expect(await precisionRecallDensityCoverage(constant, constant, { k: 3 })).toEqual(expected);
  });

  it('does not count a point on the rim', async () => {
    const real = featuresOf([[0], [1], [2], [3]]); // k = 1: each ball reaches 1 far
    const rim = featuresOf([[-1], [4], [4], [-1]]);
    expect((await precisionRecallDensityCoverage(real, rim, { k: 1 })).precision).toBe(0);
    const inside = featuresOf([[-0.5], [3.5], [3.5], [-0.5]]);
    expect((await precisionRecallDensityCoverage(real, inside, { k: 1 })).precision).toBe(1);
  });

  it.each([1, 3, 5])('has the known expected coverage for equal distributions, k = %i', async (k) => {
    const n = 1500;
    const { coverage } = await precisionRecallDensityCoverage(normalFeatures(1, n, 3), normalFeatures(2, n, 3), { k });
    let missed = 1;
    for (let i = 1; i <= k; i++) missed *= (n - i) / (2 * n - i);
    // Neighbouring balls overlap, so rows are not independent: 8 binomial standard errors are about 4 true ones.
    expect(Math.abs(coverage - (1 - missed))).toBeLessThan(8 * Math.sqrt((missed * (1 - missed)) / n));
  });

  it('gives the values that the README of prdc prints for N(0, I) in 1 000 dimensions, 10 000 against 10 000', async () => {
    const got = await precisionRecallDensityCoverage(normalFeatures(1, 10_000, 1000), normalFeatures(2, 10_000, 1000), {
      k: 5,
    });
    // One draw against another. Precision and recall hang on few outliers in so many dimensions, so they vary most.
    expect(got.precision).toBeCloseTo(0.4772, 1);
    expect(got.recall).toBeCloseTo(0.4705, 1);
    expect(Math.abs(got.density - 1.0555)).toBeLessThan(0.1);
    expect(Math.abs(got.coverage - 0.9735)).toBeLessThan(0.02);
  }, 120_000);

  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(1, 5, 3);
    await expect(precisionRecallDensityCoverage(a, a)).rejects.toThrow('real needs at least 6 rows, got 5');
    await expect(precisionRecallDensityCoverage(a, normalFeatures(1, 5, 2), { k: 2 })).rejects.toThrow(
      'real has 3, fake has 2',
    );
    await expect(precisionRecallDensityCoverage(a, a, { k: 0 })).rejects.toThrow('k must be a positive integer, got 0');
    await expect(
      precisionRecallDensityCoverage(
        a,
        changed(a, () => Infinity),
        { k: 2 },
      ),
    ).rejects.toThrow('fake at row 0');
  });
});
