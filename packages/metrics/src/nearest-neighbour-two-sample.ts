import { checkFeaturePair, type Features } from './features.ts';
import { prepareRows } from './linear-algebra/distance-blocks.ts';
import { nearestOthers } from './linear-algebra/nearest-neighbours.ts';

/** How well the nearest other row tells the set, over all rows and over those of each set. */
export interface NearestNeighbourTwoSample {
  /** Share of all rows whose nearest other row is of their own set, 0 ... 1: 0.5 for equal distributions and equally many rows. */
  readonly accuracy: number;
  /** The same over the rows of `a`: low where `b` crowds around them, as when it copies them. */
  readonly accuracyA: number;
  /** The same over the rows of `b`: high where `b` keeps to few places of its own. */
  readonly accuracyB: number;
}

/**
 * Two-sample test by one nearest neighbour: the leave-one-out accuracy with which the nearest other row tells the set that a row is from.
 * Near 0.5 is best, in both directions: 1 for sets far apart, 0 for a set and a copy of it. Where several rows are nearest at exactly the same
 * distance, the row counts by the share of them that is of its own set, so that order decides nothing.
 *
 * Distances are Euclidean, decided as in float64, in blocks. With unequal numbers of rows m and n, equal distributions give
 * (m (m - 1) + n (n - 1)) / ((m + n) (m + n - 1)), so compare at equal numbers.
 *
 * @param a [rows, columns], at least 2 rows
 * @param b [rows, columns], at least 2 rows, as many columns as `a`
 * @throws RangeError when features are malformed, too few or not finite
 * @see Lopez-Paz and Oquab 2017, arXiv:1610.06545; Xu et al. 2018, arXiv:1806.07755
 */
export async function nearestNeighbourTwoSample(a: Features, b: Features): Promise<NearestNeighbourTwoSample> {
  checkFeaturePair('nearestNeighbourTwoSample', { a, b }, 2);
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  const [pooled] = prepareRows([{ data, rows: a.rows + b.rows, columns: a.columns }]);
  const { before, after } = await nearestOthers(pooled, a.rows);
  const right = { a: 0, b: 0 };
  before.forEach((ofA, row) => {
    const ofB = after[row] ?? 0;
    if (row < a.rows) right.a += ofA / (ofA + ofB);
    else right.b += ofB / (ofA + ofB);
  });
  return {
    accuracy: (right.a + right.b) / (a.rows + b.rows),
    accuracyA: right.a / a.rows,
    accuracyB: right.b / b.rows,
  };
}
