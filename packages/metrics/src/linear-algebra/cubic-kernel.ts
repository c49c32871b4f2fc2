import { productOfRows } from '@kindred/engine';

/** Rows with a kernel k(x, y) = (factor x.y + share of x + share of y)^3. */
export interface KernelRows {
  /** [rows, columns] */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** [rows] */
  readonly shares: Float64Array;
  readonly factor: number;
}

/** A block of products: 1 MB. Rows are few, so that little is multiplied in vain on the diagonal. */
const blockRows = 128;
const blockColumns = 2048;

/**
 * Sum of the kernel over all pairs of a row of `x` and a row of `y`: products in float32, a block at a time, the rest in float64.
 *
 * @param options.upper with `x` and `y` the same: over the pairs above the diagonal only
 */
export async function sumOfKernel(x: KernelRows, y: KernelRows, { upper = false } = {}): Promise<number> {
  const { columns: depth } = x;
  const values = new Float32Array(Math.min(x.rows, blockRows) * Math.min(y.rows, blockColumns));
  let sum = 0;
  for (let i = 0; i < x.rows; i += blockRows) {
    const rows = Math.min(blockRows, x.rows - i);
    for (let j = upper ? i : 0; j < y.rows; j += blockColumns) {
      const columns = Math.min(blockColumns, y.rows - j);
      const products = await productOfRows(
        x.data.subarray(i * depth, (i + rows) * depth),
        y.data.subarray(j * depth, (j + columns) * depth),
        { rows, columns, depth },
        values.subarray(0, rows * columns),
      );
      const others = y.shares.subarray(j, j + columns);
      for (let row = 0; row < rows; row++) {
        const line = products.subarray(row * columns, (row + 1) * columns);
        const from = upper ? Math.max(0, i + row + 1 - j) : 0;
        sum += sumOfCubes(line.subarray(from), others.subarray(from), x.factor, x.shares[i + row] ?? 0);
      }
    }
  }
  return sum;
}

/** Sum of (factor p + share + other)^3; two sums at a time, which do not wait for each other. */
function sumOfCubes(products: Float32Array, others: Float64Array, factor: number, share: number): number {
  const { length } = products;
  let even = 0;
  let odd = 0;
  for (let j = 0; j + 1 < length; j += 2) {
    const p = factor * (products[j] ?? 0) + (share + (others[j] ?? 0));
    const q = factor * (products[j + 1] ?? 0) + (share + (others[j + 1] ?? 0));
    even += p * p * p;
    odd += q * q * q;
  }
  if (length % 2 === 1) even += (factor * (products[length - 1] ?? 0) + (share + (others[length - 1] ?? 0))) ** 3;
  return even + odd;
}
