import { productOfRows } from '@kindred/engine';

/** A factor F [rank, size], row-major: F^T F is the factored matrix. */
export interface SemidefiniteFactor {
  readonly values: Float64Array;
  readonly size: number;
  readonly rank: number;
}

/** Steps whose effect on the rest of the matrix is worked out in one product: each step takes off what those before it explain. */
const panelSteps = 16;
/** Rows of that product that are in memory at a time. */
const blockRows = 512;

/**
 * Pivoted Cholesky factor of a positive semidefinite matrix [size, size]: at each step the variable with the largest share of
 * its variance still unexplained comes next, until rounding is all that is left. Shares, not variances, are compared, so
 * the factor does not depend on the units of a variable, and a covariance of rank below `size` (constant or duplicate
 * columns, fewer rows than columns) is no special case. Columns keep the order of the variables.
 *
 * @see Higham 1990, "Analysis of the Cholesky decomposition of a semi-definite matrix"
 */
export async function semidefiniteFactor(matrix: Float64Array, size: number): Promise<SemidefiniteFactor> {
  const state = new Elimination(matrix, size);
  for (;;) {
    const first = state.rank;
    while (state.rank < Math.min(first + panelSteps, size)) if (!state.step(first)) return state.factor();
    if (state.rank === size) return state.factor();
    await state.subtractPanel(first);
  }
}

class Elimination {
  rank = 0;
  readonly #size: number;
  /** The matrix less what the steps of earlier panels explain, in the rows and columns that are left. */
  readonly #rest: Float64Array;
  readonly #values: Float64Array;
  readonly #variances: Float64Array;
  /** Variance of each variable that no step has explained yet; 0 for one that was chosen. */
  readonly #left: Float64Array;
  readonly #negligible: number;

  constructor(matrix: Float64Array, size: number) {
    this.#size = size;
    this.#rest = matrix.slice();
    this.#values = new Float64Array(size * size);
    this.#variances = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i] ?? 0);
    this.#left = this.#variances.slice();
    // An exact factor leaves about this share of a variance behind by rounding alone.
    this.#negligible = 8 * size * Number.EPSILON;
  }

  factor(): SemidefiniteFactor {
    return { values: this.#values.subarray(0, this.rank * this.#size), size: this.#size, rank: this.rank };
  }

  /**
   * One step: a row of the factor. @param first the first step of the panel
   * @returns false where nothing is left to explain
   */
  step(first: number): boolean {
    const pivot = this.#mostUnexplained();
    if (pivot === undefined) return false;
    const size = this.#size;
    const left = this.#left;
    const root = Math.sqrt(left[pivot] ?? 0);
    const row = this.#values.subarray(this.rank * size, (this.rank + 1) * size);
    row.set(this.#rest.subarray(pivot * size, (pivot + 1) * size));
    for (let k = first; k < this.rank; k++) {
      const before = this.#values.subarray(k * size, (k + 1) * size);
      const share = before[pivot] ?? 0;
      for (let j = 0; j < size; j++) row[j] = (row[j] ?? 0) - share * (before[j] ?? 0);
    }
    for (let j = 0; j < size; j++) {
      const entry = (left[j] ?? 0) > 0 ? (row[j] ?? 0) / root : 0;
      row[j] = entry;
      left[j] = Math.max((left[j] ?? 0) - entry * entry, 0);
    }
    left[pivot] = 0;
    this.rank++;
    return true;
  }

  /** Takes what the steps from `first` on explain from the rest of the matrix. */
  async subtractPanel(first: number): Promise<void> {
    const size = this.#size;
    const depth = this.rank - first;
    const open = Array.from(this.#left.keys()).filter((i) => (this.#left[i] ?? 0) > 0);
    const panel = new Float64Array(open.length * depth); // [open, depth]
    open.forEach((variable, i) => {
      for (let k = 0; k < depth; k++) panel[i * depth + k] = this.#values[(first + k) * size + variable] ?? 0;
    });
    const columns = open.length;
    for (let start = 0; start < columns; start += blockRows) {
      const rows = Math.min(blockRows, columns - start);
      const left = panel.subarray(start * depth, (start + rows) * depth);
      const explained = await productOfRows(left, panel, { rows, columns, depth });
      for (let i = 0; i < rows; i++) {
        const to = (open[start + i] ?? 0) * size;
        for (let j = 0; j < columns; j++) {
          const at = to + (open[j] ?? 0);
          this.#rest[at] = (this.#rest[at] ?? 0) - (explained[i * columns + j] ?? 0);
        }
      }
    }
  }

  #mostUnexplained(): number | undefined {
    let best: number | undefined;
    let bestShare = this.#negligible;
    for (let i = 0; i < this.#size; i++) {
      const share = (this.#left[i] ?? 0) / (this.#variances[i] ?? 0); // NaN for a constant column, which is then never chosen
      if (share > bestShare) {
        best = i;
        bestShare = share;
      }
    }
    return best;
  }
}
