import { SVD, Matrix } from 'ml-matrix';
import { checkFeaturePair, type Features } from './features.ts';
import { momentsOf } from './linear-algebra/moments.ts';
import { semidefiniteFactor, type SemidefiniteFactor } from './linear-algebra/semidefinite-factor.ts';

/**
 * Fréchet distance between two sets of features, each seen as a Gaussian:
 *
 *     |m_a - m_b|^2 + tr(S_a) + tr(S_b) - 2 tr((S_a S_b)^(1/2))
 *
 * with means m and unbiased covariances S (divisor rows - 1). It is the squared 2-Wasserstein distance of the two Gaussians.
 * Only with Inception-v3 pool3 features is it an "FID"; name it with its feature space.
 *
 * The trace term is computed as the sum of singular values of L_a^T L_b, where L L^T = S: these are the roots of the
 * eigenvalues of S_a S_b. Nothing is squared first, so near-singular covariances cost no digits, and constant features,
 * or fewer rows than columns, give the right finite number.
 *
 * @param a [rows, columns], at least 2 rows
 * @param b [rows, columns], at least 2 rows, as many columns as `a`
 * @returns at least 0, in squared units of the features; lower is better. Biased upwards in the number of rows, by an amount
 *   that depends on the model: compare values at the same number of rows only.
 * @throws RangeError when features are malformed, too few or not finite
 * @see Heusel et al. 2017, arXiv:1706.08500; Chong and Forsyth 2020, arXiv:1911.07023, for the bias
 */
export function frechetDistance(a: Features, b: Features): number {
  checkFeaturePair('frechetDistance', { a, b }, 2);
  const [p, q] = [momentsOf(a), momentsOf(b)];
  const size = a.columns;
  let distance = 0;
  for (let i = 0; i < size; i++) {
    distance += ((p.mean[i] ?? 0) - (q.mean[i] ?? 0)) ** 2;
    distance += (p.covariance[i * size + i] ?? 0) + (q.covariance[i * size + i] ?? 0);
  }
  distance -= 2 * sumOfSingularValues(semidefiniteFactor(p.covariance, size), semidefiniteFactor(q.covariance, size));
  return Math.max(distance, 0); // below 0 by rounding only
}

/** Sum of the singular values of L_a^T L_b. */
function sumOfSingularValues(a: SemidefiniteFactor, b: SemidefiniteFactor): number {
  if (a.rank === 0 || b.rank === 0) return 0;
  const product = new Float64Array(a.rank * b.rank);
  for (let row = 0; row < a.size; row++) {
    for (let i = 0; i < a.rank; i++) {
      const left = a.values[row * a.size + i] ?? 0;
      if (left === 0) continue;
      for (let j = 0; j < b.rank; j++) {
        product[i * b.rank + j] = (product[i * b.rank + j] ?? 0) + left * (b.values[row * b.size + j] ?? 0);
      }
    }
  }
  const scale = product.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (scale === 0) return 0;
  const scaled = Matrix.from1DArray(
    a.rank,
    b.rank,
    product.map((value) => value / scale),
  );
  const { diagonal } = new SVD(scaled, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
    autoTranspose: true,
  });
  return scale * diagonal.reduce((sum, value) => sum + value, 0);
}
