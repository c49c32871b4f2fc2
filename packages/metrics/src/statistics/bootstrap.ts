import type { Interval } from './interval.ts';
import { percentileBootstrap, type BootstrapOptions } from './percentile-bootstrap.ts';
import { mean } from './summary.ts';

/**
 * Percentile bootstrap interval of a statistic, by default of the mean. The values must be independent runs, such as one per
 * training seed; never pass samples of one model as if they were runs. With few values it is too narrow: of normal data, a 95 %
 * interval of the mean holds the true mean in 75 % of cases with three values, 83 % with five, 90 % with ten.
 *
 * @param values one per run, at least one
 * @returns the statistic and the ends of its interval, in its unit; `degenerate` where there is one value only
 * @throws RangeError without values, when one or the statistic of a resample is not finite, or when an option is out of range
 * @see Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): Interval {
  return percentileBootstrap('bootstrapInterval', [values], { statistic: mean, ...options });
}
