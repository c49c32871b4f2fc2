import { RandomStream } from '@kindred/random';
import { checkFeaturePair, type Features } from './features.ts';

export interface SlicedWassersteinOptions {
  /** Number of random directions. Default 128. */
  readonly projections?: number;
  /** Seed of the directions: the same for all sets that are compared. Default 0. */
  readonly seed?: number;
}

/** Directions that are projected on in one reading of the features. */
const directionsAtOnce = 4;

/**
 * Sliced Wasserstein distance: the square root of the mean, over random unit directions, of the squared Wasserstein distance of the two
 * sets projected onto a direction; in units of the features, 0 or more, 0 for equal sets. In one dimension that is the integral of
 * (Q_a(t) - Q_b(t))^2 over t in 0 ... 1 of the two quantile functions, here the steps of the sorted values, so the numbers of rows may
 * differ. A shift by v in d dimensions gives |v| / sqrt(d) on average. Even sets of one distribution are some way apart, the
 * farther the fewer rows: give all sets the same number of rows.
 *
 * @param a [rows, columns], at least 1 row
 * @param b [rows, columns], at least 1 row, as many columns as `a`
 * @throws RangeError when features are malformed or not finite, or `projections` is no positive integer
 * @see Rabin et al. 2011, "Wasserstein barycenter and its application to texture mixing"; Bonneel et al. 2015, "Sliced and Radon Wasserstein barycenters of measures"
 */
export async function slicedWasserstein(
  a: Features,
  b: Features,
  { projections = 128, seed = 0 }: SlicedWassersteinOptions = {},
): Promise<number> {
  checkFeaturePair('slicedWasserstein', { a, b }, 1);
  if (!Number.isInteger(projections) || projections < 1) {
    throw new RangeError(`slicedWasserstein: projections must be a positive integer, got ${projections}.`);
  }
  const random = new RandomStream(seed, 'sliced-wasserstein');
  let sum = 0;
  for (let done = 0; done < projections; done += directionsAtOnce) {
    const count = Math.min(directionsAtOnce, projections - done);
    const directions = Array.from({ length: count }, () => unitVector(a.columns, random));
    const [left, right] = [projected(a, directions), projected(b, directions)];
    for (const [i, values] of left.entries()) sum += squaredDistance(values.sort(), right[i]?.sort() ?? values);
  }
  return Math.sqrt(sum / projections);
}

/** A direction, uniform on the sphere. */
function unitVector(columns: number, random: RandomStream): Float64Array {
  for (;;) {
    const vector = random.fillNormal(new Float64Array(columns));
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) return vector.map((value) => value / length);
  }
}

/** The products of all rows with each direction. */
function projected({ data, rows, columns }: Features, directions: readonly Float64Array[]): Float64Array[] {
  const results = directions.map(() => new Float64Array(rows));
  const zeros = new Float64Array(columns);
  const [d0 = zeros, d1 = zeros, d2 = zeros, d3 = zeros] = directions;
  for (let row = 0; row < rows; row++) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      const value = data[at] ?? 0;
      s0 += value * (d0[column] ?? 0);
      s1 += value * (d1[column] ?? 0);
      s2 += value * (d2[column] ?? 0);
      s3 += value * (d3[column] ?? 0);
    }
    [s0, s1, s2, s3].forEach((sum, i) => {
      const result = results[i];
      if (result) result[row] = sum;
    });
  }
  return results;
}

/** Squared Wasserstein distance of two sets of numbers, ascending. */
function squaredDistance(x: Float64Array, y: Float64Array): number {
  const [n, m] = [x.length, y.length];
  let sum = 0;
  // Steps end at i / n and at j / m. In units of 1 / (n m) these are whole numbers, so that none is missed by rounding.
  for (let i = 0, j = 0, from = 0; i < n && j < m;) {
    const to = Math.min((i + 1) * m, (j + 1) * n);
    sum += (to - from) * ((x[i] ?? 0) - (y[j] ?? 0)) ** 2;
    if (to === (i + 1) * m) i++;
    if (to === (j + 1) * n) j++;
    from = to;
  }
  return sum / (n * m);
}
