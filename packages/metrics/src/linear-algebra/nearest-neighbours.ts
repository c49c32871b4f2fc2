import { DistanceBlocks, pickedRows, type DistanceBlock, type PreparedRows } from './distance-blocks.ts';
import { NeighbourCandidates } from './neighbour-candidates.ts';

/**
 * Squared distance of each row from its `k`-th nearest neighbour among the other rows [rows], in float64. A row is no neighbour of itself;
 * a duplicate of it is one, at distance 0.
 *
 * @param k in 1 ... rows - 1
 */
export async function neighbourRadii(prepared: PreparedRows, k: number): Promise<Float64Array> {
  const pairs = new DistanceBlocks(prepared, prepared);
  const found = new NeighbourCandidates(pairs, k);
  for await (const block of pairs.blocks({ upper: true })) scanBothWays(block, found);
  return found.distances();
}

/**
 * As neighbourRadii, of the chosen rows only: the same numbers, for the work of comparing these rows with all.
 *
 * @param chosen indices of rows
 * @returns [chosen]
 */
export async function neighbourRadiiOf(prepared: PreparedRows, chosen: Int32Array, k: number): Promise<Float64Array> {
  const pairs = new DistanceBlocks(pickedRows(prepared, chosen), prepared);
  const found = new NeighbourCandidates(pairs, k + 1); // each row is among all rows itself, at distance 0
  for await (const block of pairs.blocks()) scanRows(block, found);
  return found.distances();
}

/** The nearest neighbours of rows: their squared distance, the first of them, and how many there are at that distance. */
export interface NearestNeighbours {
  /** [rows] */
  readonly distances: Float64Array;
  /** The lowest index of a nearest neighbour, [rows]. */
  readonly indices: Int32Array;
  /** How many nearest neighbours a row has among the first `split` rows, and among those after, [rows] each: more than one where there are ties. */
  readonly before: Uint32Array;
  readonly after: Uint32Array;
}

/** The nearest neighbours of each row of `a` among the rows of `b`. */
export async function nearestAmong(a: PreparedRows, b: PreparedRows): Promise<NearestNeighbours> {
  const pairs = new DistanceBlocks(a, b);
  const nearest = new NearestTally(a.source.rows, 0);
  const found = new NeighbourCandidates(pairs, 1, nearest);
  for await (const block of pairs.blocks()) scanRows(block, found);
  return nearest.of(found.distances());
}

/** The nearest neighbours of each row among the other rows of its own set, counted below and from index `split` on. */
export async function nearestOthers(prepared: PreparedRows, split: number): Promise<NearestNeighbours> {
  const pairs = new DistanceBlocks(prepared, prepared);
  const nearest = new NearestTally(prepared.source.rows, split);
  const found = new NeighbourCandidates(pairs, 1, nearest);
  for await (const block of pairs.blocks({ upper: true })) scanBothWays(block, found);
  return nearest.of(found.distances());
}

/** Tallies the nearest of all neighbours that it is told of. */
class NearestTally {
  readonly #split: number;
  readonly #nearest: Float64Array;
  readonly #indices: Int32Array;
  readonly #before: Uint32Array;
  readonly #after: Uint32Array;

  constructor(rows: number, split: number) {
    this.#split = split;
    this.#nearest = new Float64Array(rows).fill(Infinity);
    this.#indices = new Int32Array(rows);
    this.#before = new Uint32Array(rows);
    this.#after = new Uint32Array(rows);
  }

  add(row: number, other: number, distance: number): void {
    const nearest = this.#nearest[row] ?? 0;
    if (distance > nearest) return;
    if (distance < nearest) {
      this.#nearest[row] = distance;
      this.#indices[row] = other;
      this.#before[row] = 0;
      this.#after[row] = 0;
    }
    if (other < (this.#indices[row] ?? 0)) this.#indices[row] = other;
    const side = other < this.#split ? this.#before : this.#after;
    side[row] = (side[row] ?? 0) + 1;
  }

  of(distances: Float64Array): NearestNeighbours {
    return { distances, indices: this.#indices, before: this.#before, after: this.#after };
  }
}

/** Offers each row of a block those rows of the other set that may be among its nearest. */
function scanRows({ rows, columns, products, stride, left, right }: DistanceBlock, found: NeighbourCandidates): void {
  const { start, count } = columns;
  const [low, high] = [right.low.subarray(start, start + count), right.high.subarray(start, start + count)];
  for (let i = 0; i < rows.count; i++) {
    const row = rows.start + i;
    const [rowLow, rowHigh] = [left.low[row] ?? 0, left.high[row] ?? 0];
    let cut = rowLow - (found.limits[row] ?? 0);
    const line = products.subarray(i * stride, i * stride + count);
    for (let j = 0; j < count; j++) {
      const product = line[j] ?? 0;
      if (product - (low[j] ?? 0) < cut) continue;
      found.offer(row, start + j, rowLow + (low[j] ?? 0) - product, rowHigh + (high[j] ?? 0) - product);
      cut = rowLow - (found.limits[row] ?? 0);
    }
  }
}

/** As scanRows for a block of a set with itself, of which the pairs above the diagonal count, for both of their rows. */
function scanBothWays({ rows, columns, products, stride, left }: DistanceBlock, found: NeighbourCandidates): void {
  const { start, count } = columns;
  const [low, high] = [left.low.subarray(start, start + count), left.high.subarray(start, start + count)];
  const { limits } = found;
  const cuts = low.map((value, j) => value - (limits[start + j] ?? 0));
  for (let i = 0; i < rows.count; i++) {
    const row = rows.start + i;
    const [rowLow, rowHigh] = [left.low[row] ?? 0, left.high[row] ?? 0];
    let cut = rowLow - (limits[row] ?? 0);
    const line = products.subarray(i * stride, i * stride + count);
    for (let j = Math.max(0, row + 1 - start); j < count; j++) {
      const product = line[j] ?? 0;
      if (product - (low[j] ?? 0) < cut && product - (cuts[j] ?? 0) < rowLow) continue;
      const [least, most] = [rowLow + (low[j] ?? 0) - product, rowHigh + (high[j] ?? 0) - product];
      if (product - (low[j] ?? 0) >= cut) found.offer(row, start + j, least, most);
      if (product - (cuts[j] ?? 0) >= rowLow) found.offer(start + j, row, least, most);
      cut = rowLow - (limits[row] ?? 0);
      cuts[j] = (low[j] ?? 0) - (limits[start + j] ?? 0);
    }
  }
}
