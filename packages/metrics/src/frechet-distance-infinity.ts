import { RandomStream } from '@kindred/random';
import { checkFeaturePair, checkFeatures, type Features } from './features.ts';
import { featuresOfSide, gaussianOfSide, type FrechetReference } from './frechet-distance.ts';
import { gaussianDistance, gaussianOf } from './linear-algebra/gaussian.ts';
import { gathered } from './linear-algebra/rows.ts';

/** What the line goes through. */
export interface FrechetDistanceInfinityOptions {
  /** How many numbers of fake rows the distance is taken at: at least 2. Default 15. */
  readonly sizes?: number;
  /** The smallest of them, at least 2 and below all rows; they are at even distances up to all. Default a tenth of the rows. */
  readonly smallest?: number;
  /** Seed of the subsets: the same seed gives the same distance. Default 0. */
  readonly seed?: number;
}

/** The line of the distance on 1 / rows: where it ends, how steep it is, and what it goes through. */
export interface FrechetDistanceInfinity {
  /** Where the line meets 1 / rows = 0, in squared units of the features. It may be below 0, by the scatter of the points. */
  readonly distance: number;
  /** How much the distance grows with 1 / rows: its bias. */
  readonly slope: number;
  /** What the line goes through, from the smallest subset to all rows. */
  readonly points: readonly { readonly rows: number; readonly distance: number }[];
}

/**
 * The Fréchet distance as it would be with infinitely many fake rows: the distance is taken between all real rows and random subsets of
 * the fake ones, each drawn anew without replacement, and the least-squares line of the distances on 1 / rows is followed to 0. This takes away
 * the bias that differs from model to model; the one of the real rows, which is the same for all, stays.
 *
 * @param real [rows, columns], at least 2 rows; or a `frechetReference` of them
 * @param fake [rows, columns], at least 3 rows, as many columns as `real`
 * @throws RangeError when features are malformed, too few or not finite, or an option is out of range
 * @see Chong and Forsyth 2020, arXiv:1911.07023
 */
export async function frechetDistanceInfinity(
  real: Features | FrechetReference,
  fake: Features,
  options: FrechetDistanceInfinityOptions = {},
): Promise<FrechetDistanceInfinity> {
  const metric = 'frechetDistanceInfinity';
  checkFeaturePair(metric, { real: featuresOfSide(real), fake }, 2);
  checkFeatures(fake, { metric, subject: 'fake', minimumRows: 3 });
  const { sizes = 15, smallest = Math.max(2, Math.ceil(fake.rows / 10)), seed = 0 } = options;
  checkOptions(sizes, smallest, fake.rows);
  const reference = await gaussianOfSide(real);
  const random = new RandomStream(seed, 'frechet distance infinity');
  const points: { rows: number; distance: number }[] = [];
  for (let i = 0; i < sizes; i++) {
    const rows = Math.round(smallest + (i * (fake.rows - smallest)) / (sizes - 1));
    const some = gathered(fake, random.permutation(fake.rows).subarray(0, rows));
    points.push({ rows, distance: await gaussianDistance(reference, await gaussianOf(some)) });
  }
  return { ...lineThrough(points.map(({ rows, distance }) => [1 / rows, distance])), points };
}

function checkOptions(sizes: number, smallest: number, rows: number): void {
  if (!Number.isInteger(sizes) || sizes < 2) {
    throw new RangeError(
      `frechetDistanceInfinity: sizes must be an integer of at least 2, got ${sizes}; leave it out for 15.`,
    );
  }
  if (!Number.isInteger(smallest) || smallest < 2 || smallest >= rows) {
    throw new RangeError(
      `frechetDistanceInfinity: smallest must be an integer from 2 to below the ${rows} fake rows, got ${smallest}; ` +
        'leave it out for a tenth of them.',
    );
  }
}

/** Least squares of y on x. @returns the line's value at x = 0, and its slope */
function lineThrough(points: readonly (readonly [number, number])[]): { distance: number; slope: number } {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  let [together, alone] = [0, 0];
  for (const [x, y] of points) {
    together += (x - meanX) * (y - meanY);
    alone += (x - meanX) ** 2;
  }
  const slope = together / alone; // sizes differ, so the denominator is not 0
  return { distance: meanY - slope * meanX, slope };
}
