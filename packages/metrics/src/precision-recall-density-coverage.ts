import { checkFeaturePair, type Features } from './features.ts';
import { DistanceBlocks, prepareRows, type DistanceBlock } from './linear-algebra/distance-blocks.ts';
import { neighbourRadii } from './linear-algebra/nearest-neighbours.ts';

/** How large balls are. */
export interface PrecisionRecallOptions {
  /** A ball reaches to its centre's k-th nearest neighbour in the same set. Default 5. */
  readonly k?: number;
}

/** Fidelity (precision, density) and diversity (recall, coverage). */
export interface PrecisionRecallDensityCoverage {
  /** Share of fake rows that lie in some real row's ball, 0 ... 1: fidelity. */
  readonly precision: number;
  /** Share of real rows that lie in some fake row's ball, 0 ... 1: diversity, fooled by fake outliers. */
  readonly recall: number;
  /** Number of real balls that a fake row lies in, over k, mean over fake rows: about 1 for equal distributions, may exceed 1. */
  readonly density: number;
  /** Share of real rows whose ball holds some fake row, 0 ... 1: diversity. */
  readonly coverage: number;
}

/**
 * Precision, recall, density and coverage by k-nearest-neighbour balls: the ball of a row is open (a point on its rim is
 * outside) and reaches to the row's k-th nearest neighbour in its own set, the row itself not counted. Higher is better.
 *
 * Distances are Euclidean, in float64, in blocks: memory grows with rows, not with their square. On constant features balls
 * are empty and all four are 0. For equal distributions E[coverage] = 1 - prod (n - i) / (m + n - i), i = 1 ... k, for n
 * real and m fake rows; all four depend on the numbers of rows, so compare at the same numbers only.
 *
 * @param real [rows, columns], more than k rows
 * @param fake [rows, columns], more than k rows, as many columns as `real`
 * @throws RangeError when features are malformed, too few or not finite, or `k` is no positive integer
 * @see Naeem et al. 2020, arXiv:2002.09797; Kynkäänniemi et al. 2019, arXiv:1904.06991
 */
export async function precisionRecallDensityCoverage(
  real: Features,
  fake: Features,
  { k = 5 }: PrecisionRecallOptions = {},
): Promise<PrecisionRecallDensityCoverage> {
  const metric = 'precisionRecallDensityCoverage';
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`${metric}: k must be a positive integer, got ${k}; leave it out for 5.`);
  }
  checkFeaturePair(metric, { real, fake }, k + 1);
  const [centres, points] = prepareRows([real, fake]);
  const balls = { real: await neighbourRadii(centres, k), fake: await neighbourRadii(points, k) };
  const { ballsAround, recalled, covered } = await membershipOf(new DistanceBlocks(centres, points), balls);
  return {
    precision: ballsAround.reduce((sum, balls) => sum + Math.min(balls, 1), 0) / fake.rows,
    recall: recalled.reduce((sum, hit) => sum + hit, 0) / real.rows,
    density: ballsAround.reduce((sum, balls) => sum + balls, 0) / (k * fake.rows),
    coverage: covered.reduce((sum, hit) => sum + hit, 0) / real.rows,
  };
}

/** Squared radii of the balls around the real and the fake rows. */
interface Balls {
  readonly real: Float64Array;
  readonly fake: Float64Array;
}

/** Which rows lie in which balls. */
interface Membership {
  /** Real balls that hold the fake row, [fake rows]. */
  readonly ballsAround: Uint32Array;
  /** 1 where the real row lies in some fake ball, [real rows]. */
  readonly recalled: Uint8Array;
  /** 1 where the real row's ball holds some fake row, [real rows]. */
  readonly covered: Uint8Array;
}

async function membershipOf(pairs: DistanceBlocks, balls: Balls): Promise<Membership> {
  const { half } = pairs.a;
  // Radii as the h of distance blocks.
  const rims = { real: balls.real.map((radius) => radius * half), fake: balls.fake.map((radius) => radius * half) };
  const [m, n] = [balls.real.length, balls.fake.length];
  const members = { ballsAround: new Uint32Array(n), recalled: new Uint8Array(m), covered: new Uint8Array(m) };
  for await (const block of pairs.blocks()) addMembers(block, { pairs, rims, members });
  return members;
}

interface MemberSearch {
  readonly pairs: DistanceBlocks;
  readonly rims: Balls;
  readonly members: Membership;
}

/** A pair whose lower bound is below a rim may lie in that ball; it does where its upper bound is, or else its exact distance. */
function addMembers(
  block: DistanceBlock,
  { pairs, rims, members: { ballsAround, recalled, covered } }: MemberSearch,
): void {
  const { rows, columns, products, stride, left, right } = block;
  const { start, count } = columns;
  const [low, high] = [right.low.subarray(start, start + count), right.high.subarray(start, start + count)];
  const fakeRims = rims.fake.subarray(start, start + count);
  const cuts = low.map((value, j) => value - (fakeRims[j] ?? 0));
  for (let i = 0; i < rows.count; i++) {
    const row = rows.start + i;
    const [rowLow, rowHigh, rim] = [left.low[row] ?? 0, left.high[row] ?? 0, rims.real[row] ?? 0];
    const cut = rowLow - rim;
    const line = products.subarray(i * stride, i * stride + count);
    for (let j = 0; j < count; j++) {
      const product = line[j] ?? 0;
      if (product - (low[j] ?? 0) <= cut && product - (cuts[j] ?? 0) <= rowLow) continue;
      const most = rowHigh + (high[j] ?? 0) - product;
      const least = rowLow + (low[j] ?? 0) - product;
      const open = (least < rim && most >= rim) || (least < (fakeRims[j] ?? 0) && most >= (fakeRims[j] ?? 0));
      const distance = open && !block.exact ? pairs.exactly(row, start + j) : most;
      if (distance < rim) {
        ballsAround[start + j] = (ballsAround[start + j] ?? 0) + 1;
        covered[row] = 1;
      }
      if (distance < (fakeRims[j] ?? 0)) recalled[row] = 1;
    }
  }
}
