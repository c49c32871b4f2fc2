import { productOfRows } from '@kindred/engine';
import type { Rows } from './rows.ts';

/** Mean [columns] and unbiased covariance [columns, columns] (symmetric, row-major) of a set of features. */
export interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** Rows that are centred and turned over at a time: 2 048 columns of them take 16 MB. */
const blockRows = 1024;
/** Rows of the covariance that are summed at a time: what is computed below the diagonal is thrown away. */
const blockColumns = 256;

/**
 * Mean and covariance with divisor rows - 1, in float64. Rows are centred before they are multiplied: E[x^2] - E[x]^2 would
 * lose the digits that count where a mean is large. A constant column has variance exactly 0.
 *
 * @param features at least two rows of finite values
 */
export async function momentsOf(features: Rows): Promise<Moments> {
  const mean = columnMeans(features);
  const sums = await sumsOfProducts(features, mean);
  return { mean, covariance: sums.map((sum) => sum / (features.rows - 1)) };
}

/** Sums over the rows of products of two columns, each less its value in `centre`: [columns, columns], symmetric, in float64. */
export async function sumsOfProducts(features: Rows, centre: Float64Array): Promise<Float64Array> {
  const { rows, columns } = features;
  const sums = new Float64Array(columns * columns);
  const block = new Float64Array(Math.min(columns, blockColumns) * columns);
  for (let start = 0; start < rows; start += blockRows) {
    const depth = Math.min(blockRows, rows - start);
    const variables = centredVariables(features, centre, { start, count: depth });
    for (let i = 0; i < columns; i += blockColumns) {
      const [tall, wide] = [Math.min(blockColumns, columns - i), columns - i];
      const right = variables.subarray(i * depth);
      const size = { rows: tall, columns: wide, depth };
      const part = await productOfRows(right.subarray(0, tall * depth), right, size, block.subarray(0, tall * wide));
      for (let row = 0; row < tall; row++) {
        for (let j = row, at = (i + row) * columns + i; j < wide; j++) {
          sums[at + j] = (sums[at + j] ?? 0) + (part[row * wide + j] ?? 0);
        }
      }
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) sums[i * columns + j] = sums[j * columns + i] ?? 0;
  }
  return sums;
}

/** Mean of each column. That of a constant column is exact: a sum of equal float32 values is, up to 2^29 rows. */
export function columnMeans({ data, rows, columns }: Rows): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) sums[j] = (sums[j] ?? 0) + (data[at] ?? 0);
  }
  return sums.map((sum) => sum / rows);
}

/** Some rows less the mean, turned over: [columns, count]. A few columns at a time, so that what is written stays in the cache. */
function centredVariables(
  { data, columns }: Rows,
  mean: Float64Array,
  { start, count }: { start: number; count: number },
): Float64Array {
  const turned = new Float64Array(columns * count);
  for (let first = 0; first < columns; first += 16) {
    const last = Math.min(first + 16, columns);
    for (let row = 0; row < count; row++) {
      const from = (start + row) * columns;
      for (let j = first; j < last; j++) turned[j * count + row] = (data[from + j] ?? 0) - (mean[j] ?? 0);
    }
  }
  return turned;
}
