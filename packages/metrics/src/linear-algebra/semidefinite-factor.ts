/** A factor L [size, rank], row-major with row stride `size`: L L^T is the factored matrix. */
export interface SemidefiniteFactor {
  readonly values: Float64Array;
  readonly size: number;
  readonly rank: number;
}

/**
 * Pivoted Cholesky factor of a positive semidefinite matrix [size, size]: at each step the variable with the largest share of
 * its variance still unexplained comes next, until rounding is all that is left. Shares, not variances, are compared, so
 * the factor does not depend on the units of a variable, and a covariance of rank below `size` (constant or duplicate
 * columns, fewer rows than columns) is no special case. Rows keep the order of the variables.
 *
 * @see Higham 1990, "Analysis of the Cholesky decomposition of a semi-definite matrix"
 */
export function semidefiniteFactor(matrix: Float64Array, size: number): SemidefiniteFactor {
  const values = new Float64Array(size * size);
  const variances = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i] ?? 0);
  const left = variances.slice();
  // An exact factor leaves about this share of a variance behind by rounding alone.
  const negligible = 8 * size * Number.EPSILON;
  for (let rank = 0; rank < size; rank++) {
    const pivot = mostUnexplained(left, variances, negligible);
    if (pivot === undefined) return { values, size, rank };
    const root = Math.sqrt(left[pivot] ?? 0);
    for (let i = 0; i < size; i++) {
      if (!((left[i] ?? 0) > 0)) continue;
      let sum = matrix[i * size + pivot] ?? 0;
      for (let k = 0; k < rank; k++) sum -= (values[i * size + k] ?? 0) * (values[pivot * size + k] ?? 0);
      const entry = sum / root;
      values[i * size + rank] = entry;
      left[i] = Math.max((left[i] ?? 0) - entry * entry, 0);
    }
    left[pivot] = 0;
  }
  return { values, size, rank: size };
}

function mostUnexplained(left: Float64Array, variances: Float64Array, negligible: number): number | undefined {
  let best: number | undefined;
  let bestShare = negligible;
  for (let i = 0; i < left.length; i++) {
    const share = (left[i] ?? 0) / (variances[i] ?? 0); // NaN for a constant column, which is then never chosen
    if (share > bestShare) {
      best = i;
      bestShare = share;
    }
  }
  return best;
}
