import { checkFeaturePair, type Features } from './features.ts';
import { distanceTiles } from './linear-algebra/distance-tiles.ts';
import { neighbourRadii } from './linear-algebra/nearest-neighbours.ts';

export interface PrecisionRecallOptions {
  /** A ball reaches to its centre's k-th nearest neighbour in the same set. Default 5. */
  readonly k?: number;
}

export interface PrecisionRecallDensityCoverage {
  /** Share of fake rows that lie in some real row's ball, 0 ... 1: fidelity. */
  readonly precision: number;
  /** Share of real rows that lie in some fake row's ball, 0 ... 1: diversity, fooled by fake outliers. */
  readonly recall: number;
  /** Number of real balls that a fake row lies in, over k, mean over fake rows: about 1 for equal distributions, may exceed 1. */
  readonly density: number;
  /** Share of real rows whose ball holds some fake row, 0 ... 1: diversity. */
  readonly coverage: number;
}

/**
 * Precision, recall, density and coverage by k-nearest-neighbour balls: the ball of a row is open (a point on its rim is
 * outside) and reaches to the row's k-th nearest neighbour in its own set, the row itself not counted. Higher is better.
 *
 * Distances are Euclidean, in float64, in blocks: memory grows with rows, not with their square. On constant features balls
 * are empty and all four are 0. For equal distributions E[coverage] = 1 - prod (n - i) / (m + n - i), i = 1 ... k, for n
 * real and m fake rows; all four depend on the numbers of rows, so compare at the same numbers only.
 *
 * @param real [rows, columns], more than k rows
 * @param fake [rows, columns], more than k rows, as many columns as `real`
 * @throws RangeError when features are malformed, too few or not finite, or `k` is no positive integer
 * @see Naeem et al. 2020, arXiv:2002.09797; Kynkäänniemi et al. 2019, arXiv:1904.06991
 */
export function precisionRecallDensityCoverage(
  real: Features,
  fake: Features,
  { k = 5 }: PrecisionRecallOptions = {},
): PrecisionRecallDensityCoverage {
  const metric = 'precisionRecallDensityCoverage';
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`${metric}: k must be a positive integer, got ${k}.`);
  checkFeaturePair(metric, { real, fake }, k + 1);
  const realRadii = neighbourRadii(real, k);
  const fakeRadii = neighbourRadii(fake, k);
  const ballsAround = new Uint32Array(fake.rows); // real balls that hold the fake row
  const recalled = new Uint8Array(real.rows);
  const covered = new Uint8Array(real.rows);
  for (const { rows, columns, values, stride } of distanceTiles(real, fake)) {
    for (let i = 0; i < rows.count; i++) {
      const row = rows.start + i;
      const radius = realRadii[row] ?? 0;
      for (let j = 0; j < columns.count; j++) {
        const column = columns.start + j;
        const distance = values[i * stride + j] ?? 0;
        if (distance < radius) {
          ballsAround[column] = (ballsAround[column] ?? 0) + 1;
          covered[row] = 1;
        }
        if (distance < (fakeRadii[column] ?? 0)) recalled[row] = 1;
      }
    }
  }
  return {
    precision: ballsAround.reduce((sum, balls) => sum + Math.min(balls, 1), 0) / fake.rows,
    recall: recalled.reduce((sum, hit) => sum + hit, 0) / real.rows,
    density: ballsAround.reduce((sum, balls) => sum + balls, 0) / (k * fake.rows),
    coverage: covered.reduce((sum, hit) => sum + hit, 0) / real.rows,
  };
}
