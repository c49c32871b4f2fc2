import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import type { Features } from './features.ts';
import { kernelDistance } from './kernel-distance.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';

/** The definition in float64 over whole sets of equally many rows. */
function oracle(a: Features, b: Features): number {
  const kernel = (x: Features, i: number, y: Features, j: number) => {
    let sum = 0;
    for (let k = 0; k < x.columns; k++) sum += x.data[i * x.columns + k]! * y.data[j * y.columns + k]!;
    return (sum / x.columns + 1) ** 3;
  };
  const n = a.rows;
  let [within, between] = [0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j) within += kernel(a, i, a, j) + kernel(b, i, b, j);
      between += kernel(a, i, b, j);
    }
  }
  return within / (n * (n - 1)) - (2 * between) / n ** 2;
}

/** Both sets whole. */
const whole = async (a: Features, b: Features): Promise<number> =>
  (await kernelDistance(a, b, { subsetSize: a.rows })).distance;

describe('kernelDistance', () => {
  const corners = featuresOf([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);

  it('is the published value for the corners of a square and their shift by a half', async () => {
    const got = await kernelDistance(
      corners,
      changed(corners, (value) => value + 0.5),
      { subsetSize: 4 },
    );
    expect(got.distance).toBeCloseTo(1.380_208_333_333, 10);
    expect(got.deviation).toBe(0);
  });

  it('is a worked example: two rows against two others', async () => {
    // k(x, y) = (x y + 1)^3: 2 (2 + 1)^3 / 2 within 1, 2; 2 (0 + 1)^3 / 2 within 0, 0; 1 between: 27 + 1 - 2
    expect(await whole(featuresOf([[1], [2]]), featuresOf([[0], [0]]))).toBeCloseTo(26, 12);
  });

  it.each([
    ['of one block', 60, 7, (value: number) => value],
    ['of several blocks', 300, 33, (value: number) => value],
    ['of ReLU units', 150, 64, (value: number) => Math.max(value, 0)],
    ['far from the origin', 80, 16, (value: number) => 100 + value],
    ['tiny', 50, 3, (value: number) => 1e-40 * value],
  ])('agrees with the definition in float64 on features %s', async (_, rows, columns, change) => {
    const a = changed(normalFeatures(1, rows, columns), change);
    const b = changed(normalFeatures(2, rows, columns), (value) => change(1.3 * value + 0.2));
    const expected = oracle(a, b);
    expect(Math.abs((await whole(a, b)) - expected)).toBeLessThan(1e-6 * Math.abs(expected) + 1e-9);
  });

  it('is finite for the largest features', async () => {
    const a = changed(normalFeatures(1, 20, 4), (value) => 3e37 * value);
    const b = changed(normalFeatures(2, 20, 4), (value) => 5e37 * value);
    const expected = oracle(a, b);
    expect((await whole(a, b)) / expected).toBeCloseTo(1, 5);
  });

  it('does not depend on the order of the arguments or of the rows of whole sets', async () => {
    const [a, b] = [normalFeatures(1, 200, 10), changed(normalFeatures(2, 200, 10), (value) => 1.2 * value)];
    const distance = await whole(a, b);
    expect(await whole(b, a)).toBeCloseTo(distance, 8); // products in float32
    expect(await whole(inOrder(a, new RandomStream(1).permutation(200)), b)).toBeCloseTo(distance, 8);
  });

  it('is 0 for constant sets that are equal, and the closed form for others', async () => {
    const [ones, twos] = [changed(normalFeatures(1, 10, 3), () => 1), changed(normalFeatures(1, 8, 3), () => 2)];
    expect(await kernelDistance(ones, ones, { subsetSize: 5, subsets: 3 })).toEqual({ distance: 0, deviation: 0 });
    // (1 + 1)^3 + (4 + 1)^3 - 2 (2 + 1)^3
    expect((await kernelDistance(ones, twos, { subsetSize: 5, subsets: 3 })).distance).toBeCloseTo(79, 10);
  });

  it('is unbiased: 0 on average for equal distributions, with values below it', async () => {
    const distances: number[] = [];
    for (let i = 0; i < 40; i++) {
      const [a, b] = [normalFeatures(2 * i, 60, 8), normalFeatures(2 * i + 1, 60, 8)];
      distances.push((await kernelDistance(a, b, { subsets: 2, subsetSize: 30, seed: i })).distance);
    }
    const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length;
    const deviation = Math.sqrt(distances.reduce((sum, value) => sum + (value - mean) ** 2, 0) / distances.length);
    expect(Math.abs(mean)).toBeLessThan(4 * (deviation / Math.sqrt(distances.length))); // 4 standard errors
    expect(Math.min(...distances)).toBeLessThan(0);
  });

  it('is the mean and the deviation over seeded subsets', async () => {
    const [a, b] = [normalFeatures(1, 100, 5), changed(normalFeatures(2, 90, 5), (value) => value + 0.3)];
    const options = { subsets: 20, subsetSize: 40 };
    const first = await kernelDistance(a, b, options);
    expect(await kernelDistance(a, b, options)).toEqual(first);
    expect((await kernelDistance(a, b, { ...options, seed: 1 })).distance).not.toBe(first.distance);
    expect(first.deviation).toBeGreaterThan(0);
    // A subset takes about half of the rows, so its mean over many comes near the value of the whole.
    const all = await whole(inOrder(a, Array(90).keys()), b);
    expect(Math.abs(first.distance - all)).toBeLessThan(3 * first.deviation);
    expect((await kernelDistance(a, b, { subsets: 1, subsetSize: 40 })).deviation).toBe(0);
  });

  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(1, 512, 3);
    await expect(kernelDistance(a, a)).rejects.toThrow(
      'kernelDistance: subsetSize 1000 exceeds 512 samples; lower subsetSize or raise samples.',
    );
    await expect(kernelDistance(a, a, { subsetSize: 1 })).rejects.toThrow(
      'subsetSize must be an integer of at least 2',
    );
    await expect(kernelDistance(a, a, { subsets: 0 })).rejects.toThrow('subsets must be a positive integer, got 0');
    await expect(kernelDistance(a, normalFeatures(1, 512, 4))).rejects.toThrow('a has 3, b has 4');
    await expect(kernelDistance(a, normalFeatures(1, 1, 3))).rejects.toThrow('b needs at least 2 rows, got 1');
    const broken = changed(a, () => Number.NaN);
    await expect(kernelDistance(broken, a)).rejects.toThrow('a at row 0, column 0');
  });
});
