import { productOfRows } from '@kindred/engine';
import type { Features } from '../features.ts';
import { columnMeans, momentsOf } from './moments.ts';
import { semidefiniteFactor, type SemidefiniteFactor } from './semidefinite-factor.ts';
import { singularValues } from './singular-values.ts';

/** The Gaussian with the mean and the unbiased covariance (divisor rows - 1) of a set of features. */
export interface Gaussian {
  readonly mean: Float64Array;
  /** Trace of the covariance. */
  readonly variance: number;
  /** F with F^T F the covariance. */
  readonly factor: SemidefiniteFactor;
}

/** @param features at least two rows of finite values */
export async function gaussianOf(features: Features): Promise<Gaussian> {
  const { rows, columns } = features;
  // With few rows they are a factor themselves, once centred and divided by the root of rows - 1.
  if (rows <= columns) return gaussianOfFew(features);
  const { mean, covariance } = await momentsOf(features);
  let variance = 0;
  for (let j = 0; j < columns; j++) variance += covariance[j * columns + j] ?? 0;
  return { mean, variance, factor: await semidefiniteFactor(covariance, columns) };
}

function gaussianOfFew(features: Features): Gaussian {
  const { data, rows, columns } = features;
  const mean = columnMeans(features);
  const divisor = Math.sqrt(rows - 1);
  const values = new Float64Array(rows * columns);
  let variance = 0;
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const value = ((data[at] ?? 0) - (mean[j] ?? 0)) / divisor;
      values[at] = value;
      variance += value * value;
    }
  }
  return { mean, variance, factor: { values, size: columns, rank: rows } };
}

/** Squared 2-Wasserstein distance of two Gaussians. */
export async function gaussianDistance(p: Gaussian, q: Gaussian): Promise<number> {
  let distance = p.variance + q.variance;
  p.mean.forEach((value, j) => (distance += (value - (q.mean[j] ?? 0)) ** 2));
  distance -= 2 * (await sumOfRoots(p.factor, q.factor));
  return Math.max(distance, 0); // below 0 by rounding only
}

/** Sum of the singular values of F_p F_q^T. */
async function sumOfRoots(p: SemidefiniteFactor, q: SemidefiniteFactor): Promise<number> {
  const [tall, wide] = p.rank >= q.rank ? [p, q] : [q, p];
  if (wide.rank === 0) return 0;
  const size = { rows: tall.rank, columns: wide.rank, depth: p.size };
  const values = await productOfRows(tall.values, wide.values, size);
  return (await singularValues({ values, ...size })).reduce((sum, value) => sum + value, 0);
}
