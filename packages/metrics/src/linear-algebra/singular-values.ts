import { timesColumns, timesRows, type Matrix } from './matrix-vector.ts';
import { panelSteps, PendingUpdate } from './pending-update.ts';
import { reflection } from './reflection.ts';
import { tridiagonalEigenvalues } from './tridiagonal.ts';

/**
 * Singular values in ascending order, as many as columns. Householder reflections make the matrix bidiagonal; the singular values of that, and
 * their negatives, are the eigenvalues of a tridiagonal matrix with zeros on the diagonal. Nothing is squared: each value is right to a few
 * roundings of the largest.
 *
 * @param matrix at least as many rows as columns; overwritten
 * @see Golub and Kahan 1965, "Calculating the singular values and pseudo-inverse of a matrix"
 */
export async function singularValues({ values, rows, columns }: Matrix): Promise<Float64Array> {
  if (rows < columns)
    throw new RangeError(`singularValues: needs at least ${columns} rows, got ${rows}; transpose it.`);
  let scale = 0;
  for (let at = 0; at < values.length; at++) scale = Math.max(scale, Math.abs(values[at] ?? 0));
  if (scale === 0) return new Float64Array(columns);
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) / scale;
  const beside = await bidiagonal({ values, rows, columns });
  const pairs = tridiagonalEigenvalues({ diagonal: new Float64Array(2 * columns), beside });
  return pairs
    .sort()
    .subarray(columns)
    .map((value) => Math.max(value, 0) * scale);
}

/** The diagonal and what is above it, in turn: d0 e0 d1 e1 ... */
async function bidiagonal(matrix: Matrix): Promise<Float64Array> {
  const { columns } = matrix;
  const found = new Float64Array(2 * columns - 1);
  const steps = panelSteps(columns);
  for (let first = 0; first < columns; first += steps) {
    const last = Math.min(first + steps, columns);
    const update = new PendingUpdate(matrix, steps);
    for (let k = first; k < last; k++) {
      found[2 * k] = reduceColumn(matrix, update, k);
      if (k + 1 < columns) found[2 * k + 1] = reduceRow(matrix, update, k);
    }
    await update.apply(last);
  }
  return found;
}

/** Reflects column k onto its entry on the diagonal, which it returns. */
function reduceColumn(matrix: Matrix, update: PendingUpdate, k: number): number {
  const { vector, factor, value } = reflection(update.column(k, k), k);
  const product = timesRows(matrix, vector, k);
  update.correctTransposed(product, vector, k + 1);
  update.append(vector, scaled(product, factor, k + 1));
  return value;
}

/** Reflects what is right of the diagonal in row k onto its first entry, which it returns. */
function reduceRow(matrix: Matrix, update: PendingUpdate, k: number): number {
  const { vector, factor, value } = reflection(update.row(k, k + 1), k + 1);
  const product = timesColumns(matrix, vector, k + 1);
  update.correctProduct(product, vector, k + 1);
  update.append(scaled(product, factor, 0), vector);
  return value;
}

/** Multiplies what is from `first` on by the factor, and makes the rest 0. */
function scaled(values: Float64Array, factor: number, first: number): Float64Array {
  values.fill(0, 0, first);
  for (let i = first; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
  return values;
}
