/**
 * Solves A x = b for a symmetric positive definite matrix A [size, size], by its Cholesky factor.
 *
 * @param matrix A, of which the lower triangle is read; overwritten
 * @param values b [size]; overwritten by x
 * @returns false, with `values` as they were, where the matrix is not positive definite as far as float64 can tell
 * @see Golub and Van Loan 2013, "Matrix computations", 4.2
 */
export function solvePositive(matrix: Float64Array, values: Float64Array): boolean {
  const size = values.length;
  if (!factored(matrix, size)) return false;
  for (let i = 0; i < size; i++) {
    let rest = values[i] ?? 0;
    for (let k = 0, at = i * size; k < i; k++, at++) rest -= (matrix[at] ?? 0) * (values[k] ?? 0);
    values[i] = rest / (matrix[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = (values[i] ?? 0) / (matrix[i * size + i] ?? 1);
    values[i] = value;
    for (let k = 0, at = i * size; k < i; k++, at++) values[k] = (values[k] ?? 0) - (matrix[at] ?? 0) * value;
  }
  return true;
}

/** Puts L, with L L^T the matrix, into the lower triangle. */
function factored(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let rest = matrix[row + j] ?? 0;
      for (let k = 0; k < j; k++) rest -= (matrix[row + k] ?? 0) * (matrix[other + k] ?? 0);
      if (j < i) matrix[row + j] = rest / (matrix[other + j] ?? 1);
      else if (rest > 0) matrix[row + i] = Math.sqrt(rest);
      else return false;
    }
  }
  return true;
}
