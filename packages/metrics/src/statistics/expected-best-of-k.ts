import { ascending, checkSample } from './summary.ts';

/** What counts as the best. */
export interface BestOfKOptions {
  /** Whether the best is the largest value (default) or the smallest. */
  readonly better?: 'higher' | 'lower';
}

/**
 * What the best of k runs (seeds, or settings of a random search) is expected to score: the mean of the best of k draws with
 * replacement from the n values, sum of v_(i) ((i / n)^k - ((i - 1) / n)^k) over the values in ascending order. k = 1 gives their
 * mean; it grows towards the best value as k does. With replacement it is biased towards the middle where k comes near n.
 *
 * @param values one per run, at least one
 * @param k positive integer
 * @returns a value between the mean and the best one, in the unit of the values
 * @throws RangeError without values, when one is not finite, or when k is no positive integer
 * @see Dodge et al. 2019, arXiv:1909.03004
 */
export function expectedBestOfK(
  values: readonly number[],
  k: number,
  { better = 'higher' }: BestOfKOptions = {},
): number {
  checkSample('expectedBestOfK', values, 1);
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`expectedBestOfK: k must be a positive integer, got ${k}; pass a number of runs.`);
  }
  const fromWorst = ascending(values);
  if (better === 'lower') fromWorst.reverse();
  const n = fromWorst.length;
  return fromWorst.reduce((sum, value, i) => sum + value * (((i + 1) / n) ** k - (i / n) ** k), 0);
}
