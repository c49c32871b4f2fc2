import { checkFeatures, checkFinite, type Features } from './features.ts';

/** The modes of a mixture with known centres and one standard deviation for all, along each axis. */
export interface MixtureModes {
  /** [count, dimensions] */
  readonly centres: Float32Array;
  readonly count: number;
  readonly dimensions: number;
  readonly sigma: number;
}

/** Which modes a model reaches, how well, and how evenly. */
export interface ModeCoverage {
  /** Modes that hold at least one high-quality sample: 0 ... count. */
  readonly modes: number;
  /**
   * Share of samples nearer than 3 sigma to the nearest mode, 0 ... 1. Samples of a true mixture in two dimensions score
   * 1 - exp(-4.5) = 0.989; more than that means modes narrower than the true ones.
   */
  readonly highQuality: number;
  /**
   * sum of q log(q count) in nats, 0 ... log(count): divergence KL(q || uniform) of the shares q of the high-quality samples
   * among the modes. PacGAN publishes the same numbers as an entropy of q, which is log(count) minus this. null where no
   * sample is of high quality. Biased upwards by about (count - 1) / (2 n) for n samples.
   */
  readonly klDivergence: number | null;
  /**
   * Standard deviation of the high-quality samples around the mean of their own mode, per axis, pooled over modes, in units
   * of sigma. Samples of a true mixture in two dimensions score 0.974, for they are cut off at 3 sigma; 0 is a collapse
   * onto single points. null where no mode holds two such samples.
   */
  readonly withinModeSpread: number | null;
}

/**
 * Which modes of a known mixture a model reaches, how well, and how evenly: the protocol of VEEGAN and PacGAN, usually on
 * 2 500 samples of a ring of 8 or a grid of 25 Gaussians.
 *
 * @param points [rows, dimensions], at least one row
 * @param modes of as many dimensions, sigma above 0
 * @throws RangeError when points or modes are malformed or not finite
 * @see Srivastava et al. 2017, arXiv:1705.07761; Lin et al. 2018, arXiv:1712.04086
 */
export function modeCoverage(points: Features, modes: MixtureModes): ModeCoverage {
  checkFeatures(points, { metric: 'modeCoverage', subject: 'points', minimumRows: 1 });
  checkModes(modes, points.columns);
  const { count, dimensions, sigma } = modes;
  const members = new Uint32Array(count);
  const sums = new Float64Array(count * dimensions); // of offsets from the centre, in units of sigma
  let squares = 0;
  for (let row = 0; row < points.rows; row++) {
    const { mode, squared } = nearestMode(points, row, modes);
    if (!(squared < 9 * sigma * sigma)) continue;
    members[mode] = (members[mode] ?? 0) + 1;
    squares += squared / (sigma * sigma);
    for (let axis = 0; axis < dimensions; axis++) {
      const at = mode * dimensions + axis;
      sums[at] = (sums[at] ?? 0) + offset(points, row, modes, at) / sigma;
    }
  }
  const held = members.reduce((sum, n) => sum + n, 0);
  const reached = members.reduce((sum, n) => sum + Math.min(n, 1), 0);
  // Sum of squares around a mode's own mean: that around its centre, less n times the squared offset of the mean.
  const centred = sums.reduce(
    (left, sum, at) => left - sum ** 2 / Math.max(members[Math.floor(at / dimensions)] ?? 0, 1),
    squares,
  );
  return {
    modes: reached,
    highQuality: held / points.rows,
    klDivergence: held === 0 ? null : divergenceFromUniform(members, held),
    withinModeSpread: held === reached ? null : Math.sqrt(Math.max(centred, 0) / (dimensions * (held - reached))),
  };
}

function checkModes({ centres, count, dimensions, sigma }: MixtureModes, columns: number): void {
  if (!Number.isInteger(count) || count < 1 || centres.length !== count * dimensions) {
    throw new RangeError(
      `modeCoverage: modes need at least one centre and ${count} x ${dimensions} coordinates, got ${centres.length}; ` +
        'correct count or dimensions.',
    );
  }
  if (dimensions !== columns) {
    throw new RangeError(
      `modeCoverage: points need a column for each dimension of the modes, got ${columns} for ${dimensions}; take the points' own modes.`,
    );
  }
  if (!(sigma > 0 && Number.isFinite(sigma))) {
    throw new RangeError(
      `modeCoverage: sigma must be positive, got ${sigma}; pass the standard deviation of the modes along an axis.`,
    );
  }
  checkFinite(centres, (at) => `modeCoverage: coordinate ${at} of the centres`, 'correct the modes');
}

/** Coordinate of a point less that of a mode's centre; `at` is the coordinate's place in `centres`. */
function offset(points: Features, row: number, { centres, dimensions }: MixtureModes, at: number): number {
  return (points.data[row * dimensions + (at % dimensions)] ?? 0) - (centres[at] ?? 0);
}

function nearestMode(points: Features, row: number, modes: MixtureModes): { mode: number; squared: number } {
  let nearest = { mode: 0, squared: Infinity };
  for (let mode = 0; mode < modes.count; mode++) {
    let squared = 0;
    for (let axis = 0; axis < modes.dimensions; axis++) {
      squared += offset(points, row, modes, mode * modes.dimensions + axis) ** 2;
    }
    if (squared < nearest.squared) nearest = { mode, squared };
  }
  return nearest;
}

function divergenceFromUniform(members: Uint32Array, held: number): number {
  let sum = 0;
  for (const n of members) if (n > 0) sum += (n / held) * Math.log((n / held) * members.length);
  return Math.max(sum, 0); // below 0 by rounding only
}
