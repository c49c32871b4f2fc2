import type { DistanceBlocks } from './distance-blocks.ts';

/** Is told of the exact h of each row and other row that may be its neighbour; those farther than the k-th nearest may be left out. */
export interface NeighbourTally {
  add(row: number, other: number, distance: number): void;
}

/**
 * The `k` nearest neighbours of each row, found by bounds and settled exactly: the k-th smallest upper bound so far is a limit that no
 * neighbour's lower bound exceeds. What is within it is kept, and looked up in float64 at the end, or when there is too much of it.
 */
export class NeighbourCandidates {
  /**
   * Only an h whose lower bound is at most this still matters to the row, [rows]. Without a tally that is below the k-th smallest upper
   * bound, for an equal h would change nothing; with one, ties matter.
   */
  readonly limits: Float64Array;
  readonly #pairs: DistanceBlocks;
  readonly #tally: NeighbourTally | undefined;
  readonly #k: number;
  /** The k smallest upper bounds of each row in ascending order, and the k smallest h that were looked up, [rows, k]. */
  readonly #upper: Float64Array;
  readonly #settled: Float64Array;
  /** Other rows that are not settled, and their lower bounds, [rows, capacity]. */
  readonly #others: Int32Array;
  readonly #lows: Float64Array;
  readonly #counts: Int32Array;
  readonly #capacity: number;

  constructor(pairs: DistanceBlocks, k: number, tally?: NeighbourTally) {
    const { rows } = pairs.a.source;
    this.#pairs = pairs;
    this.#tally = tally;
    this.#k = k;
    this.#capacity = Math.min(4 * k, k + 256) + 12; // room to wait for better limits, in memory that grows with k
    this.limits = new Float64Array(rows).fill(Infinity);
    this.#upper = new Float64Array(rows * k).fill(Infinity);
    this.#settled = new Float64Array(rows * k).fill(Infinity);
    this.#others = new Int32Array(rows * this.#capacity);
    this.#lows = new Float64Array(rows * this.#capacity);
    this.#counts = new Int32Array(rows);
  }

  /** Takes a pair with its bounds; equal ones are an exact h. Each other row comes once. */
  offer(row: number, other: number, low: number, high: number): void {
    insert(this.#upper, row * this.#k, this.#k, high);
    this.#limit(row);
    if (low === high) {
      this.#settle(row, other, low);
      return;
    }
    const count = this.#counts[row] ?? 0;
    this.#others[row * this.#capacity + count] = other;
    this.#lows[row * this.#capacity + count] = low;
    this.#counts[row] = count + 1;
    if (count + 1 === this.#capacity) this.#makeRoom(row);
  }

  /** Settles what is left: the squared distance of the k-th nearest neighbour of each row, [rows]. */
  distances(): Float64Array {
    const { half } = this.#pairs.a;
    return this.limits.map((_, row) => {
      this.#drop(row);
      this.#settleAll(row);
      return (this.#settled[(row + 1) * this.#k - 1] ?? 0) / half;
    });
  }

  #makeRoom(row: number): void {
    this.#drop(row);
    if ((this.#counts[row] ?? 0) <= this.#capacity / 2) return;
    this.#settleAll(row);
    // All upper bounds within the limit belonged to what has just been looked up.
    const first = row * this.#k;
    for (let at = first; at < first + this.#k; at++) this.#upper[at] = this.#settled[at] ?? 0;
    this.#limit(row);
  }

  /** Drops the candidates that a limit found later excludes. */
  #drop(row: number): void {
    const first = row * this.#capacity;
    const limit = this.limits[row] ?? 0;
    let kept = first;
    for (let at = first; at < first + (this.#counts[row] ?? 0); at++) {
      const low = this.#lows[at] ?? 0;
      if (!(low <= limit)) continue;
      this.#others[kept] = this.#others[at] ?? 0;
      this.#lows[kept] = low;
      kept++;
    }
    this.#counts[row] = kept - first;
  }

  #settleAll(row: number): void {
    const first = row * this.#capacity;
    for (let at = first; at < first + (this.#counts[row] ?? 0); at++) {
      const other = this.#others[at] ?? 0;
      this.#settle(row, other, this.#pairs.exactly(row, other));
    }
    this.#counts[row] = 0;
  }

  #settle(row: number, other: number, distance: number): void {
    insert(this.#settled, row * this.#k, this.#k, distance);
    this.#tally?.add(row, other, distance);
  }

  #limit(row: number): void {
    const bound = this.#upper[(row + 1) * this.#k - 1] ?? 0;
    this.limits[row] = this.#tally ? bound : below(bound);
  }
}

/** A number just below a bound that is at least 0; of no h below 0 there is any. */
const below = (bound: number): number => (bound === 0 ? -Infinity : bound * (1 - Number.EPSILON));

/** Puts a value into `values[first]` ... `values[first + k - 1]`, which ascend, where it is smaller than the last of them. */
function insert(values: Float64Array, first: number, k: number, value: number): void {
  let at = first + k - 1;
  if (!(value < (values[at] ?? 0))) return;
  for (; at > first && value < (values[at - 1] ?? 0); at--) values[at] = values[at - 1] ?? 0;
  values[at] = value;
}
