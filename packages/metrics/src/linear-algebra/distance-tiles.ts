import type { Features } from '../features.ts';
import { packed, packedIndex, squaredDistances, tileSize, type Packed } from './packed.ts';

/** Squared distances of a few rows of one set from a few rows of another. */
export interface DistanceTile {
  /** The rows of the first set: `start` ... `start + count - 1`. */
  readonly rows: { readonly start: number; readonly count: number };
  /** The rows of the second set. */
  readonly columns: { readonly start: number; readonly count: number };
  /** Squared distance of row i and column j of the tile: `values[i * stride + j]`. Overwritten by the next tile. */
  readonly values: Float64Array;
  readonly stride: number;
}

/**
 * Squared Euclidean distances between all rows of `a` and all rows of `b`, a tile of 64 x 64 at a time: the whole matrix is
 * never in memory. Tiles come row by row of tiles, in float64.
 *
 * @param options.upper with `a` and `b` the same set: leave out the tiles below the diagonal
 */
export function* distanceTiles(a: Features, b: Features, { upper = false } = {}): Generator<DistanceTile> {
  const values = new Float64Array(tileSize * tileSize);
  for (let i = 0; i < a.rows; i += tileSize) {
    const left = packedRows(a, i);
    const rows = { start: i, count: Math.min(tileSize, a.rows - i) };
    for (let j = upper ? i : 0; j < b.rows; j += tileSize) {
      squaredDistances(left, packedRows(b, j), { values, offset: 0, stride: tileSize });
      yield { rows, columns: { start: j, count: Math.min(tileSize, b.rows - j) }, values, stride: tileSize };
    }
  }
}

function packedRows({ data, rows, columns }: Features, start: number): Packed {
  const count = Math.min(tileSize, rows - start);
  const block = packed(count, columns);
  for (let i = 0; i < count; i++) {
    const from = (start + i) * columns;
    for (let k = 0; k < columns; k++) block.values[packedIndex(i, k, columns)] = data[from + k] ?? 0;
  }
  return block;
}
