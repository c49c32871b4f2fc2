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
      const shares = { rows: x.shares.subarray(i, i + rows), columns: y.shares.subarray(j, j + columns) };
      sum += sumOfCubes(products, shares, x.factor, upper ? i + 1 - j : -rows);
    }
  }
  return sum;
}

/**
 * Sum of (factor p + share of the row + share of the column)^3 over a block of products; two sums at a time, which do not wait for each other.
 *
 * @param first the column that the first row begins with; each row after begins one further on. Below 0 is 0
 */
function sumOfCubes(
  products: Float32Array,
  shares: { readonly rows: Float64Array; readonly columns: Float64Array },
  factor: number,
  first: number,
): number {
  const { rows, columns } = shares;
  const width = columns.length;
  let even = 0;
  let odd = 0;
  for (let row = 0; row < rows.length; row++) {
    const share = rows[row] ?? 0;
    let j = Math.max(0, first + row);
    let at = row * width + j;
    for (; j + 1 < width; j += 2, at += 2) {
      const p = factor * (products[at] ?? 0) + (share + (columns[j] ?? 0));
      const q = factor * (products[at + 1] ?? 0) + (share + (columns[j + 1] ?? 0));
      even += p * p * p;
      odd += q * q * q;
    }
    if (j < width) {
      const p = factor * (products[at] ?? 0) + (share + (columns[j] ?? 0));
      even += p * p * p;
    }
  }
  return even + odd;
}
