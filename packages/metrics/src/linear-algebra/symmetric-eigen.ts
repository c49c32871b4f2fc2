import { RandomStream } from '@kindred/random';
import { timesColumns, type Matrix } from './matrix-vector.ts';
import { panelSteps, PendingUpdate } from './pending-update.ts';
import { reflection } from './reflection.ts';
import { tridiagonalEigenvalues, tridiagonalEigenvectors, type Tridiagonal } from './tridiagonal.ts';

/** Eigenvalues of a symmetric matrix [size, size], ascending. @param matrix overwritten */
export async function symmetricEigenvalues(matrix: Float64Array, size: number): Promise<Float64Array> {
  return tridiagonalEigenvalues((await tridiagonalise(matrix, size)).tridiagonal).sort();
}

/** Eigenvectors as rows, with their eigenvalues, largest first. */
export interface Eigenvectors {
  /** [count] */
  readonly values: Float64Array;
  /** [count, size]: orthonormal; of either sign. */
  readonly vectors: Float64Array;
}

/**
 * The eigenvectors of the `count` largest eigenvalues of a symmetric matrix [size, size], the same each time. Of eigenvalues that are equal
 * they span the space of their eigenvectors, in no particular direction.
 *
 * @param matrix overwritten
 * @param count at most `size`
 */
export async function leadingEigenvectors(matrix: Float64Array, size: number, count: number): Promise<Eigenvectors> {
  const { tridiagonal, reflections } = await tridiagonalise(matrix, size);
  const values = tridiagonalEigenvalues(tridiagonal).sort().toReversed().slice(0, count);
  const random = new RandomStream('inverse iteration');
  const vectors = tridiagonalEigenvectors(tridiagonal, values, random);
  const backwards = reflections.toReversed();
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * size, (row + 1) * size);
    for (const { vector: axis, factor, first } of backwards) reflect(vector, axis, factor, first);
  }
  return { values, vectors };
}

/** vector <- vector - factor axis (axis . vector); the axis is 0 before `first`. */
function reflect(vector: Float64Array, axis: Float64Array, factor: number, first: number): void {
  let sum = 0;
  for (let i = first; i < axis.length; i++) sum += (axis[i] ?? 0) * (vector[i] ?? 0);
  const share = sum * factor;
  for (let i = first; i < axis.length; i++) vector[i] = (vector[i] ?? 0) - share * (axis[i] ?? 0);
}

interface Tridiagonalised {
  readonly tridiagonal: Tridiagonal;
  /** In the order in which they were done; each axis is 0 before `first`. */
  readonly reflections: readonly { readonly vector: Float64Array; readonly factor: number; readonly first: number }[];
}

/**
 * Reflections from both sides: with v the axis of one, p = factor (A v) and w = p - factor (p.v / 2) v, they subtract v w^T + w v^T.
 *
 * @see Golub and Van Loan 2013, "Matrix computations", 8.3.1
 */
async function tridiagonalise(values: Float64Array, size: number): Promise<Tridiagonalised> {
  const matrix: Matrix = { values, rows: size, columns: size };
  const [diagonal, beside] = [new Float64Array(size), new Float64Array(size - 1)];
  const reflections: Tridiagonalised['reflections'][number][] = [];
  const steps = panelSteps(size);
  for (let first = 0; first < size; first += steps) {
    const last = Math.min(first + steps, size);
    const update = new PendingUpdate(matrix, steps);
    for (let k = first; k < last; k++) {
      const row = update.row(k, k);
      diagonal[k] = row[k] ?? 0;
      if (k + 1 === size) break;
      const { vector, factor, value } = reflection(row, k + 1);
      beside[k] = value;
      reflections.push({ vector, factor, first: k + 1 });
      const product = timesColumns(matrix, vector, k + 1);
      update.correctProduct(product, vector, k + 1);
      let overlap = 0;
      for (let i = k + 1; i < size; i++) overlap += (product[i] ?? 0) * (vector[i] ?? 0);
      const share = (factor * overlap) / 2;
      const other = product.map((sum, i) => factor * (sum - share * (vector[i] ?? 0)));
      update.append(vector, other);
      update.append(other, vector);
    }
    await update.apply(last);
  }
  return { tridiagonal: { diagonal, beside }, reflections };
}
