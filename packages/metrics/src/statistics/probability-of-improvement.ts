import { pairsWon } from './pairs-won.ts';
import { ascending, checkSample } from './summary.ts';

/**
 * Probability that a run of `x` scores above a run of `y`, ties counted half: U / (n m) with Mann and Whitney's U. 0 ... 1;
 * 0.5 says that neither is better. For scores where lower is better, swap the two.
 *
 * @param x one score per run, at least one
 * @param y one score per run, at least one; their number may be another
 * @throws RangeError without values, or when one is not finite
 * @see Agarwal et al. 2021, arXiv:2108.13264; Mann and Whitney 1947, "On a test of whether one of two random variables is
 * stochastically larger than the other"
 */
export function probabilityOfImprovement(x: readonly number[], y: readonly number[]): number {
  for (const values of [x, y]) checkSample('probabilityOfImprovement', values, 1);
  return pairsWon(ascending(x), ascending(y)) / (x.length * y.length);
}
