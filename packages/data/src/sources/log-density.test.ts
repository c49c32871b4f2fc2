import { describe, expect, it } from 'vitest';
import { moonCurves } from '../datasets/moons.ts';
import { spiralCurves } from '../datasets/spiral.ts';
import { openDataset } from '../open-dataset.ts';
import type { Dataset } from '../types.ts';
import { curvesLogDensity } from './curve-mixture.ts';
import { mixtureLogDensity } from './log-density.ts';

const open = (name: string): Promise<Dataset> => openDataset(name, { seed: 0 });

/** Centres of square cells of a grid: [cells^2, 2]. */
function cellCentres([x, y]: readonly [number, number], side: number, cells: number): Float32Array {
  const step = side / cells;
  return Float32Array.from({ length: 2 * cells * cells }, (_, i) => {
    const cell = Math.floor(i / 2);
    return i % 2 === 0 ? x + (Math.floor(cell / cells) + 0.5) * step : y + ((cell % cells) + 0.5) * step;
  });
}

/** The integral of the density over a square: the midpoint rule, which on smooth functions that vanish at the edge converges exponentially. */
function mass(dataset: Dataset, corner: readonly [number, number], side: number, cells: number): number {
  const densities = dataset.logDensity!(cellCentres(corner, side, cells));
  return densities.reduce((sum, logDensity) => sum + Math.exp(logDensity), 0) * (side / cells) ** 2;
}

describe('log densities integrate to 1', () => {
  it.each(['ring', 'grid'])('%s: over squares of 12 sigma around its modes', async (name) => {
    const dataset = await open(name);
    const { centres, count, sigma } = dataset.modes!;
    let total = 0;
    for (let mode = 0; mode < count; mode++) {
      const corner = [centres[2 * mode]! - 6 * sigma, centres[2 * mode + 1]! - 6 * sigma] as const;
      total += mass(dataset, corner, 12 * sigma, 48);
    }
    expect(Math.abs(total - 1)).toBeLessThan(1e-5); // coordinates in float32 are off by 1e-5 sigma
  });

  it.each([
    ['moons', [-2, -2], 5, 70],
    ['spiral', [-4, -4], 8, 100],
    ['checkerboard', [-5, -5], 10, 200],
  ] as const)('%s: over the plane', async (name, corner, side, cells) => {
    expect(Math.abs(mass(await open(name), corner, side, cells) - 1)).toBeLessThan(1e-6);
  });
});

describe('log densities are those of the points', () => {
  it.each([
    ['ring', [-1.05, -1.05], 2.1, 210],
    ['grid', [-4.2, -4.2], 8.4, 84],
    ['moons', [-1.6, -1.2], 4.4, 44],
    ['spiral', [-3.6, -3.6], 7.2, 36],
    ['checkerboard', [-4, -4], 8, 20],
  ] as const)('%s: a chi-square test of 100 000 points over cells', async (name, corner, side, cells) => {
    const dataset = await open(name);
    const { train } = dataset.splits;
    const points = train.floats();
    const observed = new Float64Array(cells * cells);
    const cellOf = (x: number, origin: number) => Math.floor(((x - origin) / side) * cells);
    for (let i = 0; i < train.count; i++) {
      const [column, row] = [cellOf(points[2 * i]!, corner[0]), cellOf(points[2 * i + 1]!, corner[1])];
      if (column >= 0 && column < cells && row >= 0 && row < cells) observed[column * cells + row]! += 1;
    }
    const parts = 4; // per side of a cell, in the integral of the density over it
    const fine = dataset.logDensity!(cellCentres(corner, side, cells * parts));
    const expected = new Float64Array(cells * cells);
    for (const [i, logDensity] of fine.entries()) {
      const [column, row] = [Math.floor(i / (cells * parts)), i % (cells * parts)];
      const cell = Math.floor(column / parts) * cells + Math.floor(row / parts);
      expected[cell]! += train.count * Math.exp(logDensity) * (side / cells / parts) ** 2;
    }
    // Cells with few expected points, and all outside the grid, are one cell.
    let [chiSquare, freedom, restExpected, restObserved] = [0, 0, train.count, train.count];
    for (const [cell, mean] of expected.entries()) {
      if (mean < 10) continue;
      chiSquare += (observed[cell]! - mean) ** 2 / mean;
      freedom++;
      restExpected -= mean;
      restObserved -= observed[cell]!;
    }
    if (restExpected > 10) chiSquare += (restObserved - restExpected) ** 2 / restExpected;
    else expect(restObserved).toBeLessThan(40);
    expect(freedom).toBeGreaterThan(30);
    // Five standard deviations of chi-square, either way; classes are exactly balanced, which takes away a little.
    expect(Math.abs(chiSquare - freedom)).toBeLessThan(5 * Math.sqrt(2 * freedom));
  });
});

describe('curvesLogDensity', () => {
  it.each([
    ['moons', moonCurves, [-2, -2], 5],
    ['spiral', spiralCurves, [-4, -4], 8],
  ] as const)('%s: panels of half the length give the same', (_, curves, corner, side) => {
    const points = cellCentres(corner, side, 40);
    const [coarse, fine] = [curvesLogDensity(curves)(points), curvesLogDensity(curves, 2)(points)];
    const near = coarse.filter((value) => value > -40);
    expect(near.length).toBeGreaterThan(500);
    for (const [i, value] of coarse.entries()) {
      if (value > -40) expect(Math.abs(value - fine[i]!)).toBeLessThan(1e-11);
      else expect(Math.abs(value / fine[i]! - 1)).toBeLessThan(1e-5);
    }
    const far = Float32Array.of(30, -40, 0, 100);
    const [there, finer] = [curvesLogDensity(curves)(far), curvesLogDensity(curves, 8)(far)];
    for (const [i, value] of there.entries()) expect(Math.abs(value / finer[i]! - 1)).toBeLessThan(1e-5);
  });

  it('of a straight line is a Gaussian across, and a difference of normal distribution functions along it', () => {
    const line = { count: 1, position: (_: number, s: number) => [s, 0] as const, speed: 1, sigma: 0.1 };
    const logDensity = curvesLogDensity({ ...line, quantile: (u) => u, density: () => 1 });
    // In the middle both ends are five sigma away; at an end half of the mass is missing.
    const across = (y: number) => -((y / 0.1) ** 2) / 2 - Math.log(0.1 * Math.sqrt(2 * Math.PI));
    const [middle, above, end] = logDensity(Float32Array.of(0.5, 0, 0.5, 0.25, 0, 0)) as unknown as number[];
    expect(middle).toBeCloseTo(across(0) + Math.log1p(-5.733e-7), 9);
    expect(above).toBeCloseTo(across(0.25) + Math.log1p(-5.733e-7), 9);
    expect(end).toBeCloseTo(across(0) - Math.LN2, 9);
  });
});

describe('mixtureLogDensity', () => {
  const standard = mixtureLogDensity({
    centres: Float32Array.of(0, 0, 0),
    weights: Float64Array.of(1),
    dimensions: 3,
    sigma: 1,
  });

  it('of one standard Gaussian is -|x|^2 / 2 - D ln(2 pi) / 2, however far away', () => {
    const points = Float32Array.of(0, 0, 0, 1, 2, -2, 1e10, 0, 0);
    const constant = 1.5 * Math.log(2 * Math.PI);
    const [origin, near, far] = standard(points) as unknown as number[];
    expect(origin).toBeCloseTo(-constant, 12);
    expect(near).toBeCloseTo(-4.5 - constant, 12);
    expect(far! / -5e19).toBeCloseTo(1, 12);
  });

  it('writes to the target', () => {
    const target = new Float64Array(2);
    expect(standard(new Float32Array(6), target)).toBe(target);
    expect(target[1]).toBe(target[0]);
    expect(target[0]).toBeLessThan(0);
  });

  it('refuses half a point, a target of another length, and what is not finite', () => {
    expect(() => standard(new Float32Array(4))).toThrow('4 coordinates are no whole number of points of 3');
    expect(() => standard(new Float32Array(3), new Float64Array(2))).toThrow('holds 2 numbers, expected 1');
    for (const value of [Number.NaN, Infinity]) {
      expect(() => standard(Float32Array.of(0, value, 0))).toThrow(`coordinate ${value} at place 1 is not finite`);
    }
  });
});
