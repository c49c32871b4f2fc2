import { productOfRows } from '@kindred/engine';
import type { Matrix } from './matrix-vector.ts';

/** Terms that wait to be done to the rest of the matrix in one product. */
const width = 64;
/** Rows of that product that are in memory at a time. */
const blockRows = 512;

/** Steps of a reduction that add two terms each and share a pending update. */
export const panelSteps = width / 2;

/**
 * What some steps of a reduction subtract from a matrix, left right^T: the matrix itself stays as it was until all are done to it at once.
 *
 * @see Dongarra, Hammarling and Sorensen 1989, "Block reduction of matrices to condensed forms for eigenvalue computations"
 */
export class PendingUpdate {
  readonly #matrix: Matrix;
  /** [rows, width] and [columns, width], of which `#used` columns count. */
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  #used = 0;

  constructor(matrix: Matrix) {
    this.#matrix = matrix;
    this.#left = new Float64Array(matrix.rows * width);
    this.#right = new Float64Array(matrix.columns * width);
  }

  /** Row `i` with the update done, as far as columns from `first` on are concerned; 0 before. */
  row(i: number, first: number): Float64Array {
    const { values, columns } = this.#matrix;
    const row = values.slice(i * columns, (i + 1) * columns).fill(0, 0, first);
    for (let j = first; j < columns; j++) row[j] = (row[j] ?? 0) - this.#overlap(i, j);
    return row;
  }

  /** Column `j` with the update done, as far as rows from `first` on are concerned; 0 before. */
  column(j: number, first: number): Float64Array {
    const { values, rows, columns } = this.#matrix;
    const column = new Float64Array(rows);
    for (let i = first; i < rows; i++) column[i] = (values[i * columns + j] ?? 0) - this.#overlap(i, j);
    return column;
  }

  /** Takes what the update subtracts, left right^T vector, from a product of the matrix and the vector, from `first` on. */
  correctProduct(product: Float64Array, vector: Float64Array, first: number): void {
    subtract(product, this.#left, project(this.#right, vector, this.#used), first);
  }

  /** As correctProduct for a product of the transposed matrix and a vector. */
  correctTransposed(product: Float64Array, vector: Float64Array, first: number): void {
    subtract(product, this.#right, project(this.#left, vector, this.#used), first);
  }

  /** One more term: the outer product of `left` [rows] and `right` [columns]. */
  append(left: Float64Array, right: Float64Array): void {
    for (let i = 0; i < left.length; i++) this.#left[i * width + this.#used] = left[i] ?? 0;
    for (let j = 0; j < right.length; j++) this.#right[j * width + this.#used] = right[j] ?? 0;
    this.#used++;
  }

  /** Does the update to the rows and columns from `first` on. */
  async apply(first: number): Promise<void> {
    const { values, rows, columns } = this.#matrix;
    const wide = columns - first;
    if (wide <= 0) return;
    for (let start = first; start < rows; start += blockRows) {
      const tall = Math.min(blockRows, rows - start);
      const left = this.#left.subarray(start * width, (start + tall) * width);
      const size = { rows: tall, columns: wide, depth: width };
      const update = await productOfRows(left, this.#right.subarray(first * width), size);
      for (let i = 0; i < tall; i++) {
        for (let j = 0, at = (start + i) * columns + first; j < wide; j++, at++) {
          values[at] = (values[at] ?? 0) - (update[i * wide + j] ?? 0);
        }
      }
    }
  }

  #overlap(i: number, j: number): number {
    let sum = 0;
    for (let c = 0, p = i * width, q = j * width; c < this.#used; c++, p++, q++) {
      sum += (this.#left[p] ?? 0) * (this.#right[q] ?? 0);
    }
    return sum;
  }
}

/** side^T vector, the first `used` values. */
function project(side: Float64Array, vector: Float64Array, used: number): Float64Array {
  const sums = new Float64Array(used);
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] ?? 0;
    if (value === 0) continue; // vectors of reflections begin with zeros
    for (let c = 0, at = i * width; c < used; c++, at++) sums[c] = (sums[c] ?? 0) + value * (side[at] ?? 0);
  }
  return sums;
}

/** product <- product - side along, from `first` on. */
function subtract(product: Float64Array, side: Float64Array, along: Float64Array, first: number): void {
  for (let i = first; i < product.length; i++) {
    let sum = product[i] ?? 0;
    for (let c = 0, at = i * width; c < along.length; c++, at++) sum -= (side[at] ?? 0) * (along[c] ?? 0);
    product[i] = sum;
  }
}
