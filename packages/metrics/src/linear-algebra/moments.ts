import type { Features } from '../features.ts';
import { addDotProducts, packed, packedIndex, paddedCount, tileSize, type Packed } from './packed.ts';

/** Mean [columns] and unbiased covariance [columns, columns] (symmetric, row-major) of a set of features. */
export interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** Rows that are centred and multiplied at a time: a tile of 64 columns takes 128 KB. */
const blockRows = 256;

/**
 * Mean and covariance with divisor rows - 1, in float64. Rows are centred before they are multiplied: E[x^2] - E[x]^2 would
 * lose the digits that count where a mean is large. A constant column has variance exactly 0.
 *
 * @param features at least two rows of finite values
 */
export function momentsOf(features: Features): Moments {
  const { rows, columns } = features;
  const mean = columnMeans(features);
  const width = paddedCount(columns);
  const sums = new Float64Array(width * width); // the upper triangle, tile by tile
  for (let start = 0; start < rows; start += blockRows) {
    const tiles = centredTiles(features, mean, start);
    for (const [i, left] of tiles.entries()) {
      for (const [j, right] of tiles.entries()) {
        if (i <= j) {
          addDotProducts(left, right, { values: sums, offset: (i * width + j) * tileSize, stride: width });
        }
      }
    }
  }
  const covariance = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) {
    for (let j = i; j < columns; j++) {
      const value = (sums[i * width + j] ?? 0) / (rows - 1);
      covariance[i * columns + j] = value;
      covariance[j * columns + i] = value;
    }
  }
  return { mean, covariance };
}

function columnMeans({ data, rows, columns }: Features): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) sums[j] = (sums[j] ?? 0) + (data[at] ?? 0);
  }
  return sums.map((sum) => sum / rows);
}

/** Up to `blockRows` rows from `start`, centred, as vectors of columns: one tile for each 64 columns. */
function centredTiles({ data, rows, columns }: Features, mean: Float64Array, start: number): Packed[] {
  const depth = Math.min(blockRows, rows - start);
  return Array.from({ length: Math.ceil(columns / tileSize) }, (_, tile) => {
    const first = tile * tileSize;
    const count = Math.min(tileSize, columns - first);
    const block = packed(count, depth);
    for (let row = 0; row < depth; row++) {
      const from = (start + row) * columns + first;
      for (let j = 0; j < count; j++) {
        block.values[packedIndex(j, row, depth)] = (data[from + j] ?? 0) - (mean[first + j] ?? 0);
      }
    }
    return block;
  });
}
