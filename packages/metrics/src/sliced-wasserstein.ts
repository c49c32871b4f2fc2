import { productOfRows } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { checkFeaturePair, type Features } from './features.ts';

/** Which directions are projected on. */
export interface SlicedWassersteinOptions {
  /** Number of random directions. Default 128. */
  readonly projections?: number;
  /** Seed of the directions: the same for all sets that are compared. Default 0. */
  readonly seed?: number;
}

/** Directions that are projected on at once, and rows that are brought to float64 for it: memory must not grow with both. */
const directionsAtOnce = 64;
const rowsAtOnce = 1024;

/**
 * Sliced Wasserstein distance: the square root of the mean, over random unit directions, of the squared Wasserstein distance of the two
 * sets projected onto a direction; in units of the features, 0 or more, 0 for equal sets. In one dimension that is the integral of
 * (Q_a(t) - Q_b(t))^2 over t in 0 ... 1 of the two quantile functions, here the steps of the sorted values, so the numbers of rows may
 * differ. A shift by v in d dimensions gives |v| / sqrt(d) on average. Even sets of one distribution are some way apart, the
 * farther the fewer rows: give all sets the same number of rows.
 *
 * @param a [rows, columns], at least 1 row
 * @param b [rows, columns], at least 1 row, as many columns as `a`
 * @returns 0 or more, in units of the features; lower is better
 * @throws RangeError when features are malformed or not finite, or `projections` is no positive integer
 * @see Rabin et al. 2011, "Wasserstein barycenter and its application to texture mixing"; Bonneel et al. 2015, "Sliced and Radon
 * Wasserstein barycenters of measures"
 */
export async function slicedWasserstein(
  a: Features,
  b: Features,
  { projections = 128, seed = 0 }: SlicedWassersteinOptions = {},
): Promise<number> {
  checkFeaturePair('slicedWasserstein', { a, b }, 1);
  if (!Number.isInteger(projections) || projections < 1) {
    throw new RangeError(
      `slicedWasserstein: projections must be a positive integer, got ${projections}; leave it out for 128.`,
    );
  }
  const random = new RandomStream(seed, 'sliced-wasserstein');
  let sum = 0;
  for (let done = 0; done < projections; done += directionsAtOnce) {
    const count = Math.min(directionsAtOnce, projections - done);
    const directions = new Float64Array(count * a.columns);
    for (let i = 0; i < count; i++) directions.set(unitVector(a.columns, random), i * a.columns);
    const [left, right] = [await projected(a, directions), await projected(b, directions)];
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

/** The products of all rows with each direction, [rows] for each. @param directions [count, columns] */
async function projected({ data, rows, columns }: Features, directions: Float64Array): Promise<Float64Array[]> {
  const count = directions.length / columns;
  const results = Array.from({ length: count }, () => new Float64Array(rows));
  for (let start = 0; start < rows; start += rowsAtOnce) {
    const some = Math.min(rowsAtOnce, rows - start);
    const block = new Float64Array(data.subarray(start * columns, (start + some) * columns));
    const products = await productOfRows(directions, block, { rows: count, columns: some, depth: columns });
    for (const [i, result] of results.entries()) result.set(products.subarray(i * some, (i + 1) * some), start);
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
