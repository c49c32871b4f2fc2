import { describe, expect, it } from 'vitest';
import { slicedWasserstein } from './sliced-wasserstein.ts';
import { changed, featuresOf, inOrder, normalFeatures } from './testing/random-features.ts';

describe('slicedWasserstein', () => {
  it('is the Wasserstein distance itself in one dimension, whatever the directions', async () => {
    const line = (...values: number[]) => featuresOf(values.map((value) => [value]));
    expect(await slicedWasserstein(line(3, 0), line(1, 4))).toBe(1);
    // Quantiles 0, 6 against 0, 3, 9: differences 0, 3, 3, 3 over thirds, sixths, sixths and thirds of the way.
    expect(await slicedWasserstein(line(0, 6), line(0, 3, 9))).toBeCloseTo(Math.sqrt(9 / 6 + 9 / 6 + 9 / 3), 12);
    expect(await slicedWasserstein(line(2), line(0, 1, 5))).toBeCloseTo(Math.sqrt((4 + 1 + 9) / 3), 12);
  });

  it('is the length of a shift over the root of the dimensions, and of a stretch likewise', async () => {
    const a = normalFeatures(1, 40, 3);
    const shift = [2, -1, 0.5];
    const moved = changed(a, (value, column) => value + shift[column]!);
    const expected = Math.hypot(...shift) / Math.sqrt(3);
    // (v . direction)^2 is |v|^2 / 3 on average, with a standard deviation of 0.89 of that: 4 standard errors of the root.
    const distance = await slicedWasserstein(a, moved, { projections: 4000 });
    expect(Math.abs(distance / expected - 1)).toBeLessThan((4 * 0.89) / 2 / Math.sqrt(4000));
    const turned = await slicedWasserstein(a, moved, { projections: 4000, seed: 1 });
    expect(turned).not.toBe(distance);
  });

  it('gives back every copy of a row: sets of 2 and of 6 rows are equal', async () => {
    const a = normalFeatures(2, 2, 5);
    expect(await slicedWasserstein(a, inOrder(a, [1, 0, 0, 1, 0, 1]))).toBe(0);
  });

  it('is symmetric, scales with the features, and does not depend on the order of rows', async () => {
    const [a, b] = [normalFeatures(3, 20, 4), normalFeatures(4, 30, 4)];
    const distance = await slicedWasserstein(a, b);
    expect(await slicedWasserstein(b, a)).toBeCloseTo(distance, 14);
    const doubled = await slicedWasserstein(
      changed(a, (value) => 2 * value),
      changed(b, (value) => 2 * value),
    );
    expect(doubled).toBeCloseTo(2 * distance, 12);
    const places = Array.from({ length: 20 }, (_, i) => (7 * i) % 20);
    expect(await slicedWasserstein(inOrder(a, places), b)).toBe(distance);
    expect(await slicedWasserstein(a, b, { seed: 0, projections: 128 })).toBe(distance);
  });

  it('falls with the number of rows of one distribution, and tells another one', async () => {
    const at = (rows: number, scale = 1) =>
      slicedWasserstein(
        normalFeatures(5, rows, 8),
        changed(normalFeatures(6, rows, 8), (value) => scale * value),
      );
    const [few, many, wide] = [await at(50), await at(2000), await at(2000, 1.5)];
    expect(many).toBeLessThan(few / 3);
    expect(Math.abs(wide - 0.5)).toBeLessThan(0.05); // N(0, 1) against N(0, 1.5^2)
  });

  it('takes constant and single rows', async () => {
    const one = featuresOf([[1, 1]]);
    expect(await slicedWasserstein(one, inOrder(one, [0, 0, 0]))).toBe(0);
  });

  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(7, 3, 2);
    await expect(slicedWasserstein(a, normalFeatures(7, 3, 3))).rejects.toThrow('a has 2, b has 3');
    await expect(slicedWasserstein(a, a, { projections: 0 })).rejects.toThrow('projections must be a positive integer');
    await expect(slicedWasserstein({ ...a, rows: 0, data: new Float32Array() }, a)).rejects.toThrow(
      'at least 1 row, got 0',
    );
    const broken = changed(a, (value, column) => (column === 1 ? Number.NaN : value));
    await expect(slicedWasserstein(a, broken)).rejects.toThrow('b at row 0, column 1 must be a finite number, got NaN');
  });
});
