import { describe, expect, it } from 'vitest';
import { openDataset } from '../open-dataset.ts';
import { moonCurves } from './moons.ts';
import { spiralCurves } from './spiral.ts';

describe('moons', () => {
  it('lie 0.1 around half circles: the upper one around (0, 0), the lower one around (1, 1/2)', async () => {
    const { train } = (await openDataset('moons', { seed: 0 })).splits;
    const points = train.floats();
    const squares = [0, 0];
    const radii = [0, 0];
    for (const [i, label] of train.labels!.entries()) {
      const radius = Math.hypot(points[2 * i]! - label, points[2 * i + 1]! - 0.5 * label);
      radii[label]! += radius / 50_000;
      squares[label]! += (radius - 1) ** 2 / 50_000;
    }
    // Of |c + noise| with |c| = 1: the mean is 1 + sigma^2 / 2 + O(sigma^4), the mean square around 1 is sigma^2 + O(sigma^4).
    for (const radius of radii) expect(Math.abs(radius - 1.005)).toBeLessThan(5 * (0.1 / Math.sqrt(50_000)) + 2e-4);
    for (const square of squares) expect(Math.abs(square - 0.01)).toBeLessThan(5 * 0.01 * Math.sqrt(2 / 50_000) + 2e-4);
  });
});

describe('curves', () => {
  it.each([
    ['moons', moonCurves],
    ['spiral', spiralCurves],
  ])('%s: the quantile and the density of s are of one distribution', (_, { quantile, density }) => {
    for (const u of [0.1, 0.35, 0.8]) {
      const slope = (quantile(u + 1e-5) - quantile(u - 1e-5)) / 2e-5;
      expect(slope * density(quantile(u))).toBeCloseTo(1, 6);
    }
  });

  it.each([
    ['moons', moonCurves],
    ['spiral', spiralCurves],
  ])('%s: the speed is the largest there is, and no larger', (_, { position, speed, count }) => {
    let largest = 0;
    for (let arm = 0; arm < count; arm++) {
      for (let s = 0; s < 1; s += 0.001) {
        const [[x, y], [nextX, nextY]] = [position(arm, s), position(arm, s + 0.001)];
        largest = Math.max(largest, Math.hypot(nextX - x, nextY - y) / 0.001);
      }
    }
    expect(largest).toBeLessThanOrEqual(speed * (1 + 1e-12));
    expect(largest).toBeGreaterThan(0.99 * speed);
  });

  it('the second arm of the spiral is the first one turned by half a turn', () => {
    for (const s of [0, 0.3, 1]) {
      const [[x, y], [otherX, otherY]] = [spiralCurves.position(0, s), spiralCurves.position(1, s)];
      expect([otherX + x, otherY + y]).toEqual([0, 0]);
    }
  });
});

describe('checkerboard', () => {
  it('draws from the dark squares alone, from each as often, and says which', async () => {
    const { splits, logDensity } = await openDataset('checkerboard', { seed: 0 });
    const { train } = splits;
    const points = train.floats();
    expect(logDensity!(points).every((value) => value === -Math.log(32))).toBe(true);
    const counts = new Uint32Array(8);
    for (const [i, label] of train.labels!.entries()) {
      const [column, row] = [Math.floor((points[2 * i]! + 4) / 2), Math.floor((points[2 * i + 1]! + 4) / 2)];
      expect(label).toBe(2 * row + (column - (row % 2)) / 2);
      counts[label]! += 1;
    }
    expect(new Set(counts)).toEqual(new Set([12_500]));
  });

  it('has squares with their lower and left edges, and nothing outside the board', async () => {
    const { logDensity } = await openDataset('checkerboard', { seed: 0 });
    const inside = [-4, -4, -2.0000002, -4, -2, -2, 0, 0, 3.9999998, 3.9999998];
    const outside = [-2, -4, 4, 4, 0, -2, -4, 4, -4.0000005, -4, 5, 5, 1e30, 0];
    expect([...logDensity!(Float32Array.from(inside))].every((value) => value === -Math.log(32))).toBe(true);
    expect([...logDensity!(Float32Array.from(outside))].every((value) => value === -Infinity)).toBe(true);
  });
});
