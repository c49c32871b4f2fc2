import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { modeCoverage, type MixtureModes } from './mode-coverage.ts';
import { changed, featuresOf, inOrder } from './testing/random-features.ts';

const sigma = 0.01;
const ring: MixtureModes = {
  centres: Float32Array.from({ length: 16 }, (_, at) => {
    const angle = (2 * Math.PI * Math.floor(at / 2)) / 8;
    return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  }),
  count: 8,
  dimensions: 2,
  sigma,
};

/** Points of the modes `at(row)`, spread by `spread` sigmas. */
function ringSamples(rows: number, spread: number, at: (row: number) => number = (row) => row % 8) {
  const noise = new RandomStream(rows, 'ring').fillNormal(new Float64Array(2 * rows));
  const data = Float32Array.from(noise, (value, i) => ring.centres[at(i >> 1) * 2 + (i & 1)]! + value * spread * sigma);
  return { data, rows, columns: 2 };
}

describe('modeCoverage', () => {
  it('scores true samples as theory says', () => {
    const rows = 40_000;
    const got = modeCoverage(ringSamples(rows, 1), ring);
    const expected = 1 - Math.exp(-4.5);
    expect(got.modes).toBe(8);
    expect(Math.abs(got.highQuality - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / rows));
    // Each mode got the same number of samples; only the share beyond 3 sigma differs, by about a percent of it.
    expect(got.klDivergence).toBeLessThan(1e-5);
    // Variance of N(0, 1) in the plane cut off at radius 3: (1 - 5.5 exp(-4.5)) / (1 - exp(-4.5)) per axis.
    const cutOff = Math.sqrt((1 - 5.5 * Math.exp(-4.5)) / expected);
    expect(cutOff).toBeCloseTo(0.974, 3);
    expect(Math.abs(got.withinModeSpread! - cutOff)).toBeLessThan(4 * (cutOff / Math.sqrt(2 * 2 * rows)));
  });

  it('tells narrow modes from true ones, and a collapse onto points from both', () => {
    const narrow = modeCoverage(ringSamples(4000, 0.5), ring);
    expect(narrow.highQuality).toBe(1);
    // Half of sigma, 8 000 coordinates: a standard error of 0.4 %.
    expect(Math.abs(narrow.withinModeSpread! - 0.5)).toBeLessThan(4 * (0.5 / Math.sqrt(2 * 8000)));
    const collapsed = changed(ringSamples(400, 0), (value) => value + 2 * sigma * Math.SQRT1_2);
    // Off centre by 2 sigma, but without spread; float32 leaves about 1e-8 of noise, 1e-6 of sigma.
    expect(modeCoverage(collapsed, ring).withinModeSpread).toBeLessThan(1e-3);
    expect(modeCoverage(collapsed, ring).highQuality).toBe(1);
  });

  it('counts modes and divergence by the high-quality samples: a worked example', () => {
    const modes: MixtureModes = { centres: Float32Array.of(0, 10, 20, 30), count: 4, dimensions: 1, sigma: 1 };
    // Three at mode 0, one at mode 10, and two that are too far from any: 3 sigma itself is too far.
    const points = featuresOf([[-1], [0], [1], [10], [15], [23]]);
    expect(modeCoverage(points, modes)).toEqual({
      modes: 2,
      highQuality: 4 / 6,
      klDivergence: expect.closeTo(0.75 * Math.log(3) + 0.25 * Math.log(1), 12),
      withinModeSpread: expect.closeTo(1, 12), // (1 + 0 + 1 + 0) / (4 samples - 2 modes)
    });
    expect(modeCoverage(inOrder(points, [5, 3, 1, 0, 2, 4]), modes)).toEqual(modeCoverage(points, modes));
  });

  it('gives the largest divergence, log(count), to a single mode', () => {
    expect(
      modeCoverage(
        ringSamples(100, 0.1, () => 3),
        ring,
      ),
    ).toMatchObject({
      modes: 1,
      klDivergence: expect.closeTo(Math.log(8), 12),
    });
  });

  it('says null where nothing is of high quality, or nothing can spread', () => {
    expect(
      modeCoverage(
        featuresOf([
          [5, 5],
          [6, 6],
        ]),
        ring,
      ),
    ).toEqual({
      modes: 0,
      highQuality: 0,
      klDivergence: null,
      withinModeSpread: null,
    });
    expect(
      modeCoverage(
        featuresOf([
          [1, 0],
          [0, 1],
        ]),
        ring,
      ),
    ).toMatchObject({ modes: 2, withinModeSpread: null });
  });

  it('refuses what it cannot answer, and says why', () => {
    expect(() => modeCoverage(featuresOf([[1, 2, 3]]), ring)).toThrow(
      'points need a column for each dimension of the modes, got 3 for 2',
    );
    expect(() => modeCoverage(featuresOf([[1, Number.NaN]]), ring)).toThrow('points at row 0, column 1');
    expect(() => modeCoverage(featuresOf([[1, 2]]), { ...ring, sigma: 0 })).toThrow('sigma must be positive, got 0');
    expect(() => modeCoverage(featuresOf([[1, 2]]), { ...ring, count: 7 })).toThrow('7 x 2 coordinates, got 16');
    expect(() => modeCoverage({ data: new Float32Array(), rows: 0, columns: 2 }, ring)).toThrow(
      'at least 1 row, got 0',
    );
    const centres = ring.centres.slice().fill(Number.NaN, 3, 4);
    expect(() => modeCoverage(featuresOf([[1, 2]]), { ...ring, centres })).toThrow(
      'coordinate 3 of the centres must be a finite number, got NaN; correct the modes',
    );
  });
});
