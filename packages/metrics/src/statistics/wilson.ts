import { checkLevel, type Interval } from './interval.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * Wilson's score interval of a rate, as for the share of failed trials: within 0 ... 1 and sensible at 0 of n and n of n,
 * where the usual +- interval has no width.
 *
 * @param successes integer in 0 ... trials
 * @param trials positive integer
 * @param level confidence, in 0 ... 1 exclusive; default 0.95
 * @returns the rate, 0 ... 1, and the ends of its interval
 * @throws RangeError when an argument is out of range
 * @see Wilson 1927, "Probable inference, the law of succession, and statistical inference"
 */
export function wilsonInterval(successes: number, trials: number, level = 0.95): Interval {
  if (!Number.isInteger(trials) || trials < 1) {
    throw new RangeError(`wilsonInterval: trials must be a positive integer, got ${trials}; leave out what has none.`);
  }
  if (!Number.isInteger(successes) || successes < 0 || successes > trials) {
    throw new RangeError(
      `wilsonInterval: successes must be an integer in 0 ... ${trials}, got ${successes}; pass a count of the trials.`,
    );
  }
  checkLevel('wilsonInterval', level);
  const z = -normalQuantile((1 - level) / 2); // of the lower tail: the share above it rounds to 1 near level 1
  const estimate = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const centre = (estimate + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((estimate * (1 - estimate)) / trials + z ** 2 / (4 * trials ** 2));
  return {
    estimate,
    low: successes === 0 ? 0 : centre - half, // exact at the ends, where rounding would miss
    high: successes === trials ? 1 : centre + half,
    level,
    degenerate: false,
  };
}
