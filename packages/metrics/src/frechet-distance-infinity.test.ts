import { describe, expect, it } from 'vitest';
import { frechetDistance, frechetReference } from './frechet-distance.ts';
import { frechetDistanceInfinity } from './frechet-distance-infinity.ts';
import { changed, normalFeatures } from './testing/random-features.ts';

describe('frechetDistanceInfinity', () => {
  it('takes the bias of the fake rows away: N(0, I) against a real set that is near its own law', async () => {
    // What 8 000 real rows add is some 0.01; at 400 fake rows the plain distance is 0.2 on average.
    const real = normalFeatures(1, 8000, 16);
    const fake = normalFeatures(2, 400, 16);
    const plain = await frechetDistance(real, fake);
    const { distance, slope, points } = await frechetDistanceInfinity(real, fake);
    expect(plain).toBeGreaterThan(0.2);
    expect(Math.abs(distance)).toBeLessThan(0.1);
    expect(slope).toBeGreaterThan(0);
    expect(points.at(-1)).toEqual({ rows: 400, distance: expect.closeTo(plain, 10) });
  });

  it('is the least-squares line through its points on 1 / rows', async () => {
    const [real, fake] = [normalFeatures(3, 300, 4), changed(normalFeatures(4, 101, 4), (value) => 1.5 * value)];
    const { distance, slope, points } = await frechetDistanceInfinity(real, fake, { sizes: 5, smallest: 20 });
    expect(points.map(({ rows }) => rows)).toEqual([20, 40, 61, 81, 101]);
    // Residuals of a least-squares line sum to 0, alone and weighted by 1 / rows.
    const residuals = points.map(({ rows, distance: y }) => ({ x: 1 / rows, r: y - distance - slope / rows }));
    expect(residuals.reduce((sum, { r }) => sum + r, 0)).toBeCloseTo(0, 12);
    expect(residuals.reduce((sum, { x, r }) => sum + x * r, 0)).toBeCloseTo(0, 12);
  });

  it('starts at a tenth of the rows and draws by seed', async () => {
    const [real, fake] = [normalFeatures(3, 50, 3), normalFeatures(4, 95, 3)];
    const first = await frechetDistanceInfinity(real, fake);
    expect(first.points).toHaveLength(15);
    expect(first.points[0]!.rows).toBe(10);
    expect(await frechetDistanceInfinity(await frechetReference(real), fake)).toEqual(first);
    expect((await frechetDistanceInfinity(real, fake, { seed: 1 })).distance).not.toBe(first.distance);
  });

  it('is the shift where there is nothing else: constant rows', async () => {
    const [zeros, twos] = [changed(normalFeatures(1, 9, 3), () => 0), changed(normalFeatures(1, 12, 3), () => 2)];
    const { distance, slope } = await frechetDistanceInfinity(zeros, twos);
    expect(distance).toBeCloseTo(12, 12);
    expect(slope).toBeCloseTo(0, 10);
  });

  it('refuses what it cannot answer, and says why', async () => {
    const a = normalFeatures(1, 20, 3);
    await expect(frechetDistanceInfinity(a, normalFeatures(1, 2, 3))).rejects.toThrow(
      'fake needs at least 3 rows, got 2',
    );
    await expect(frechetDistanceInfinity(a, normalFeatures(1, 20, 4))).rejects.toThrow('real has 3, fake has 4');
    await expect(frechetDistanceInfinity(a, a, { sizes: 1 })).rejects.toThrow('sizes must be an integer of at least 2');
    await expect(frechetDistanceInfinity(a, a, { smallest: 20 })).rejects.toThrow('below the 20 fake rows, got 20');
    const broken = changed(a, () => Infinity);
    await expect(frechetDistanceInfinity(a, broken)).rejects.toThrow('fake at row 0, column 0');
  });
});
