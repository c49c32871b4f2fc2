import { RandomStream } from '@kindred/random';
import { checkFeaturePair, type Features } from './features.ts';
import { centredRows, frameOf, type Frame } from './linear-algebra/centred-rows.ts';
import { sumOfKernel, type KernelRows } from './linear-algebra/cubic-kernel.ts';

/** Which subsets are compared. */
export interface KernelDistanceOptions {
  /** How many subsets are compared. Default 100. */
  readonly subsets?: number;
  /** Rows of each set in a subset, drawn without replacement: at least 2, at most the rows of the smaller set. Default 1 000. */
  readonly subsetSize?: number;
  /** Seed of the draws: the same seed gives the same distance. Default 0. */
  readonly seed?: number;
}

/** The distance, and how it varies over subsets. No unit. */
export interface KernelDistance {
  /** Mean over the subsets. */
  readonly distance: number;
  /** Standard deviation over the subsets, divisor their number. They overlap: no standard error, and it shrinks with subsetSize only. */
  readonly deviation: number;
}

/**
 * Kernel distance: the squared maximum mean discrepancy under the kernel k(x, y) = (x.y / columns + 1)^3, unbiased, over subsets of
 * m rows of each set:
 *
 *     (sum of k(x, x') + sum of k(y, y'), each over pairs of different rows) / (m (m - 1)) - 2 mean of k(x, y)
 *
 * With Inception-v3 pool3 features it is the "KID". Being unbiased it may be negative, and is 0 on average for equal distributions at any
 * number of rows; lower is better. Dot products are of centred rows, in float32; what centring takes away is added in float64, where
 * kernels are summed too. Where both sets have `subsetSize` rows all subsets are the same, and one is compared.
 *
 * Memory grows with the rows of the sets, not with the square of `subsetSize`.
 *
 * @param a [rows, columns], at least 2 rows
 * @param b [rows, columns], at least 2 rows, as many columns as `a`
 * @throws RangeError when features are malformed, too few or not finite, or an option is out of range
 * @see Bińkowski et al. 2018, arXiv:1801.01401
 */
export async function kernelDistance(
  a: Features,
  b: Features,
  { subsets = 100, subsetSize = 1000, seed = 0 }: KernelDistanceOptions = {},
): Promise<KernelDistance> {
  checkFeaturePair('kernelDistance', { a, b }, 2);
  checkOptions(subsets, subsetSize, Math.min(a.rows, b.rows));
  const frame = frameOf([a, b]);
  const [x, y] = [kernelRows(a, frame), kernelRows(b, frame)];
  const [some, others] = [emptySubset(x, subsetSize), emptySubset(y, subsetSize)];
  const distances: number[] = [];
  const different = subsetSize === a.rows && subsetSize === b.rows ? 1 : subsets;
  for (const chosen of kernelDistanceSubsets([a.rows, b.rows], { subsets: different, subsetSize, seed })) {
    fillSubset(some, x, chosen.a);
    fillSubset(others, y, chosen.b);
    distances.push(await discrepancy(some, others));
  }
  const distance = distances.reduce((sum, value) => sum + value, 0) / different;
  const variance = distances.reduce((sum, value) => sum + (value - distance) ** 2, 0) / different;
  return { distance, deviation: Math.sqrt(variance) };
}

/** The places of a subset's rows in each set, [subsetSize], in no order; overwritten by the next. */
export interface KernelSubset {
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/**
 * The subsets that kernelDistance compares, in turn, so that others can compare the same: from each set `subsetSize` different rows at
 * random, drawn anew for each subset.
 *
 * @param rows how many `a` has and how many `b`, at least 2
 * @returns a generator of `subsets` subsets; read each before you ask for the next
 * @throws RangeError, when the first is asked for, where an option is out of range, or `subsetSize` exceeds the rows
 * @see Bińkowski et al. 2018, arXiv:1801.01401; Fisher and Yates 1938, for the draws
 */
export function* kernelDistanceSubsets(
  rows: readonly [number, number],
  { subsets = 100, subsetSize = 1000, seed = 0 }: KernelDistanceOptions = {},
): Generator<KernelSubset> {
  checkOptions(subsets, subsetSize, Math.min(...rows));
  const random = new RandomStream(seed, 'kernel distance');
  const draws = [random.derive('a'), random.derive('b')] as const;
  const orders = [Int32Array.from(Array(rows[0]).keys()), Int32Array.from(Array(rows[1]).keys())] as const;
  for (let i = 0; i < subsets; i++) {
    yield { a: drawn(orders[0], subsetSize, draws[0]), b: drawn(orders[1], subsetSize, draws[1]) };
  }
}

/** Moves `count` random rows to the front (the first steps of Fisher and Yates), whatever order the rows had. */
function drawn(order: Int32Array, count: number, random: RandomStream): Int32Array {
  for (let i = 0; i < count; i++) {
    const j = i + random.integer(order.length - i);
    const held = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = held;
  }
  return order.subarray(0, count);
}

function checkOptions(subsets: number, subsetSize: number, samples: number): void {
  if (!Number.isInteger(subsets) || subsets < 1) {
    throw new RangeError(`kernelDistance: subsets must be a positive integer, got ${subsets}; leave it out for 100.`);
  }
  if (!Number.isInteger(subsetSize) || subsetSize < 2) {
    throw new RangeError(
      `kernelDistance: subsetSize must be an integer of at least 2, got ${subsetSize}; leave it out for 1 000.`,
    );
  }
  if (subsetSize > samples) {
    throw new RangeError(
      `kernelDistance: subsetSize ${subsetSize} exceeds ${samples} samples; lower subsetSize or raise samples.`,
    );
  }
}

/** x = c + x' / s for a centre c and a scale s, so x.y / d + 1 is x'.y' / (s^2 d) and a share of each row. */
function kernelRows(features: Features, frame: Frame): KernelRows {
  const { data, rows, columns } = features;
  const { centre, scale } = frame;
  const square = centre.reduce((sum, value) => sum + value * value, 0);
  const shares = Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      sum += (centre[j] ?? 0) * ((data[at] ?? 0) - (centre[j] ?? 0));
    }
    return (sum + square / 2) / columns + 1 / 2;
  });
  return { data: centredRows(features, frame), rows, columns, shares, factor: 1 / scale ** 2 / columns };
}

/** Room for some of the rows: it is filled anew for each subset, for allocating as much would cost more than to fill it. */
const emptySubset = ({ columns, factor }: KernelRows, size: number): KernelRows => ({
  data: new Float32Array(size * columns),
  rows: size,
  columns,
  factor,
  shares: new Float64Array(size),
});

function fillSubset(subset: KernelRows, { data, columns, shares }: KernelRows, chosen: Int32Array): void {
  chosen.forEach((row, i) => {
    subset.data.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
    subset.shares[i] = shares[row] ?? 0;
  });
}

/** Unbiased squared maximum mean discrepancy of sets of equally many rows. */
async function discrepancy(x: KernelRows, y: KernelRows): Promise<number> {
  const m = x.rows;
  const within = 2 * ((await sumOfKernel(x, x, { upper: true })) + (await sumOfKernel(y, y, { upper: true })));
  return within / (m * (m - 1)) - (2 * (await sumOfKernel(x, y))) / m ** 2;
}
