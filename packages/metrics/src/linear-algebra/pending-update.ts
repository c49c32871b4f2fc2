import { productOfRows } from '@kindred/engine';
import type { Matrix } from './matrix-vector.ts';

/** A matrix of so many columns stays in the second-level cache. */
const smallMatrix = 256;
/** Rows of the product that are in memory at a time. */
const blockRows = 512;

/**
 * Steps of a reduction that add two terms each and share a pending update. Each step corrects for all that are pending, which costs more than to read a
 * small matrix again.
 */
export const panelSteps = (columns: number): number => (columns <= smallMatrix ? 8 : 32);

/**
 * What some steps of a reduction subtract from a matrix, left right^T: the matrix itself stays as it was until all are done to it at once.
 *
 * @see Dongarra, Hammarling and Sorensen 1989, "Block reduction of matrices to condensed forms for eigenvalue computations"
 */
export class PendingUpdate {
  readonly #matrix: Matrix;
  readonly #width: number;
  /** [rows, width] and [columns, width], of which `#used` columns count. */
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  #used = 0;

  /** @param steps that there is room for */
  constructor(matrix: Matrix, steps: number) {
    this.#matrix = matrix;
    this.#width = 2 * steps;
    this.#left = new Float64Array(matrix.rows * this.#width);
    this.#right = new Float64Array(matrix.columns * this.#width);
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
    this.#subtract(product, this.#left, this.#project(this.#right, vector), first);
  }

  /** As correctProduct for a product of the transposed matrix and a vector. */
  correctTransposed(product: Float64Array, vector: Float64Array, first: number): void {
    this.#subtract(product, this.#right, this.#project(this.#left, vector), first);
  }

  /** One more term: the outer product of `left` [rows] and `right` [columns]. */
  append(left: Float64Array, right: Float64Array): void {
    const width = this.#width;
    for (let i = 0, at = this.#used; i < left.length; i++, at += width) this.#left[at] = left[i] ?? 0;
    for (let j = 0, at = this.#used; j < right.length; j++, at += width) this.#right[at] = right[j] ?? 0;
    this.#used++;
  }

  /** Does the update to the rows and columns from `first` on. */
  async apply(first: number): Promise<void> {
    const { values, rows, columns } = this.#matrix;
    const [width, wide] = [this.#width, columns - first];
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
    const [left, right, used] = [this.#left, this.#right, this.#used];
    let sum = 0;
    for (let c = 0, p = i * this.#width, q = j * this.#width; c < used; c++, p++, q++) {
      sum += (left[p] ?? 0) * (right[q] ?? 0);
    }
    return sum;
  }

  /** side^T vector, [used]. */
  #project(side: Float64Array, vector: Float64Array): Float64Array {
    const [width, used] = [this.#width, this.#used];
    const sums = new Float64Array(used);
    for (let i = 0; i < vector.length; i++) {
      const value = vector[i] ?? 0;
      if (value === 0) continue; // vectors of reflections begin with zeros
      for (let c = 0, at = i * width; c < used; c++, at++) sums[c] = (sums[c] ?? 0) + value * (side[at] ?? 0);
    }
    return sums;
  }

  /** product <- product - side along, from `first` on. */
  #subtract(product: Float64Array, side: Float64Array, along: Float64Array, first: number): void {
    const width = this.#width;
    for (let i = first; i < product.length; i++) {
      let sum = product[i] ?? 0;
      for (let c = 0, at = i * width; c < along.length; c++, at++) sum -= (side[at] ?? 0) * (along[c] ?? 0);
      product[i] = sum;
    }
  }
}
