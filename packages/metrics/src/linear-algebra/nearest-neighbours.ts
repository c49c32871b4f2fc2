import type { Features } from '../features.ts';
import { distanceTiles } from './distance-tiles.ts';

/**
 * Squared distance of each row from its `k`-th nearest neighbour among the other rows [rows]. A row is no neighbour of itself;
 * a duplicate of it is one, at distance 0.
 *
 * @param k in 1 ... rows - 1
 */
export function neighbourRadii(features: Features, k: number): Float64Array {
  const nearest = new NearestDistances(features.rows, k);
  for (const { rows, columns, values, stride } of distanceTiles(features, features, { upper: true })) {
    for (let i = 0; i < rows.count; i++) {
      const row = rows.start + i;
      // On the diagonal the part above it is enough; elsewhere each pair is seen once, and counts for both of its rows.
      const from = rows.start === columns.start ? i + 1 : 0;
      for (let j = from; j < columns.count; j++) {
        const distance = values[i * stride + j] ?? 0;
        nearest.add(row, distance);
        nearest.add(columns.start + j, distance);
      }
    }
  }
  return nearest.largest();
}

/** The k smallest numbers seen so far, in ascending order, for each of many rows. */
class NearestDistances {
  readonly #k: number;
  readonly #values: Float64Array;

  constructor(rows: number, k: number) {
    this.#k = k;
    this.#values = new Float64Array(rows * k).fill(Infinity);
  }

  add(row: number, distance: number): void {
    const first = row * this.#k;
    let at = first + this.#k - 1;
    if (!(distance < (this.#values[at] ?? 0))) return;
    for (; at > first && distance < (this.#values[at - 1] ?? 0); at--) this.#values[at] = this.#values[at - 1] ?? 0;
    this.#values[at] = distance;
  }

  /** The k-th smallest number of each row. */
  largest(): Float64Array {
    const k = this.#k;
    return Float64Array.from({ length: this.#values.length / k }, (_, row) => this.#values[(row + 1) * k - 1] ?? 0);
  }
}
