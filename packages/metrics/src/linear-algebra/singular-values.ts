import { productOfRows } from '@kindred/engine';
import { tridiagonalEigenvalues } from './tridiagonal.ts';

/** A matrix [rows, columns], row-major. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

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
  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
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
  for (let first = 0; first < columns; first += panelSteps) {
    const last = Math.min(first + panelSteps, columns);
    const panel = new Panel(matrix);
    for (let k = first; k < last; k++) {
      found[2 * k] = panel.reduceColumn(k);
      if (k + 1 < columns) found[2 * k + 1] = panel.reduceRow(k);
    }
    await panel.apply(last);
  }
  return found;
}

/** Steps that wait to be done to the rest of the matrix in one product. */
const panelSteps = 32;
/** Rows of that product that are in memory at a time. */
const blockRows = 512;

/**
 * Some steps of the reduction. The matrix stays as it was: what the steps do to it is left right^T, to be subtracted, which grows by a
 * column for each reflection.
 *
 * @see Dongarra, Hammarling and Sorensen 1989, "Block reduction of matrices to condensed forms for eigenvalue computations"
 */
class Panel {
  readonly #matrix: Matrix;
  readonly #width = 2 * panelSteps;
  /** [rows, width] and [columns, width], of which `#used` columns count. */
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  #used = 0;

  constructor(matrix: Matrix) {
    this.#matrix = matrix;
    this.#left = new Float64Array(matrix.rows * this.#width);
    this.#right = new Float64Array(matrix.columns * this.#width);
  }

  /** Reflects column k onto its entry on the diagonal, which it returns. */
  reduceColumn(k: number): number {
    const { values, rows, columns } = this.#matrix;
    const column = new Float64Array(rows);
    for (let i = k; i < rows; i++) {
      column[i] = (values[i * columns + k] ?? 0) - this.#overlap(this.#left, i, this.#right, k);
    }
    const { vector, factor, value } = reflection(column, k);
    const product = timesRows(this.#matrix, vector, k);
    const along = this.#project(this.#left, vector, k);
    this.#correct(product, this.#right, { along, factor, first: k + 1 });
    this.#append(vector, product);
    return value;
  }

  /** Reflects what is right of the diagonal in row k onto its first entry, which it returns. */
  reduceRow(k: number): number {
    const { values, columns } = this.#matrix;
    const row = values.slice(k * columns, (k + 1) * columns);
    for (let j = k + 1; j < columns; j++) row[j] = (row[j] ?? 0) - this.#overlap(this.#right, j, this.#left, k);
    const { vector, factor, value } = reflection(row, k + 1);
    const product = timesColumns(this.#matrix, vector, k + 1);
    const along = this.#project(this.#right, vector, k + 1);
    this.#correct(product, this.#left, { along, factor, first: k + 1 });
    this.#append(product, vector);
    return value;
  }

  /** Does the steps to the rows and columns from `first` on. */
  async apply(first: number): Promise<void> {
    const { values, rows, columns } = this.#matrix;
    const wide = columns - first;
    if (wide <= 0) return;
    const depth = this.#width;
    for (let start = first; start < rows; start += blockRows) {
      const tall = Math.min(blockRows, rows - start);
      const left = this.#left.subarray(start * depth, (start + tall) * depth);
      const size = { rows: tall, columns: wide, depth };
      const update = await productOfRows(left, this.#right.subarray(first * depth), size);
      for (let i = 0; i < tall; i++) {
        for (let j = 0, at = (start + i) * columns + first; j < wide; j++, at++) {
          values[at] = (values[at] ?? 0) - (update[i * wide + j] ?? 0);
        }
      }
    }
  }

  /** Dot product of a row of one side with a row of the other: what the steps so far subtract from an entry of the matrix. */
  #overlap(a: Float64Array, i: number, b: Float64Array, j: number): number {
    let sum = 0;
    const [p, q] = [i * this.#width, j * this.#width];
    for (let c = 0; c < this.#used; c++) sum += (a[p + c] ?? 0) * (b[q + c] ?? 0);
    return sum;
  }

  /** side^T vector, [used]. */
  #project(side: Float64Array, vector: Float64Array, first: number): Float64Array {
    const sums = new Float64Array(this.#used);
    for (let i = first; i < vector.length; i++) {
      const value = vector[i] ?? 0;
      for (let c = 0, at = i * this.#width; c < sums.length; c++, at++)
        sums[c] = (sums[c] ?? 0) + value * (side[at] ?? 0);
    }
    return sums;
  }

  /** product <- factor (product - side along), from `first` on; 0 before. */
  #correct(product: Float64Array, side: Float64Array, { along, factor, first }: Correction): void {
    product.fill(0, 0, first);
    for (let i = first; i < product.length; i++) {
      let sum = product[i] ?? 0;
      for (let c = 0, at = i * this.#width; c < along.length; c++, at++) sum -= (side[at] ?? 0) * (along[c] ?? 0);
      product[i] = sum * factor;
    }
  }

  #append(left: Float64Array, right: Float64Array): void {
    left.forEach((value, i) => (this.#left[i * this.#width + this.#used] = value));
    right.forEach((value, j) => (this.#right[j * this.#width + this.#used] = value));
    this.#used++;
  }
}

interface Correction {
  readonly along: Float64Array;
  readonly factor: number;
  readonly first: number;
}

/** matrix^T vector, from row `first` on, [columns]; columns before `first` are left out. Four rows at a time. */
function timesRows({ values, rows, columns }: Matrix, vector: Float64Array, first: number): Float64Array {
  const sums = new Float64Array(columns);
  let i = first;
  for (; i + 3 < rows; i += 4) {
    const at = i * columns;
    const row0 = values.subarray(at, at + columns);
    const row1 = values.subarray(at + columns, at + 2 * columns);
    const row2 = values.subarray(at + 2 * columns, at + 3 * columns);
    const row3 = values.subarray(at + 3 * columns, at + 4 * columns);
    const [v0, v1, v2, v3] = [vector[i] ?? 0, vector[i + 1] ?? 0, vector[i + 2] ?? 0, vector[i + 3] ?? 0];
    for (let j = first; j < columns; j++) {
      const pairs = v0 * (row0[j] ?? 0) + v1 * (row1[j] ?? 0) + (v2 * (row2[j] ?? 0) + v3 * (row3[j] ?? 0));
      sums[j] = (sums[j] ?? 0) + pairs;
    }
  }
  for (; i < rows; i++) {
    const value = vector[i] ?? 0;
    for (let j = first, at = i * columns + first; j < columns; j++, at++) {
      sums[j] = (sums[j] ?? 0) + value * (values[at] ?? 0);
    }
  }
  return sums;
}

/** matrix vector, from column and row `first` on, [rows]. Four rows at a time. */
function timesColumns({ values, rows, columns }: Matrix, vector: Float64Array, first: number): Float64Array {
  const products = new Float64Array(rows);
  let i = first;
  for (; i + 3 < rows; i += 4) {
    const at = i * columns;
    const row0 = values.subarray(at, at + columns);
    const row1 = values.subarray(at + columns, at + 2 * columns);
    const row2 = values.subarray(at + 2 * columns, at + 3 * columns);
    const row3 = values.subarray(at + 3 * columns, at + 4 * columns);
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = first; j < columns; j++) {
      const value = vector[j] ?? 0;
      s0 += value * (row0[j] ?? 0);
      s1 += value * (row1[j] ?? 0);
      s2 += value * (row2[j] ?? 0);
      s3 += value * (row3[j] ?? 0);
    }
    products[i] = s0;
    products[i + 1] = s1;
    products[i + 2] = s2;
    products[i + 3] = s3;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = first, at = i * columns + first; j < columns; j++, at++) sum += (vector[j] ?? 0) * (values[at] ?? 0);
    products[i] = sum;
  }
  return products;
}

/** A reflection 1 - factor vector vector^T that turns a vector's part from `first` on into `value` at `first`. */
interface Reflection {
  readonly vector: Float64Array;
  readonly factor: number;
  readonly value: number;
}

/** @param x used up: it becomes the reflection's vector, whose values before `first` are 0 */
function reflection(x: Float64Array, first: number): Reflection {
  let largest = 0;
  x.fill(0, 0, first);
  for (let i = first; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] ?? 0));
  if (largest === 0) return { vector: x, factor: 0, value: 0 };
  let squares = 0;
  for (let i = first; i < x.length; i++) {
    const value = (x[i] ?? 0) / largest;
    x[i] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  const head = x[first] ?? 0;
  const value = head > 0 ? -length : length; // away from the head, so that nothing cancels
  x[first] = head - value;
  return { vector: x, factor: 1 / (squares - head * value), value: value * largest };
}
