import { RandomStream } from '@kindred/random';
import { checkLevel, type Interval } from './interval.ts';
import { checkSample, mean, quantileOfSorted, type Statistic } from './summary.ts';

export interface BootstrapOptions {
  /** What the interval is of; default the mean. It must not keep the array it is given, which is used again. */
  readonly statistic?: Statistic;
  /** Confidence, in 0 ... 1 exclusive. Default 0.95. */
  readonly level?: number;
  /** Number of resamples. Default 10 000. */
  readonly resamples?: number;
  /** Seed of the resampling: the same seed gives the same interval. Default 0. */
  readonly seed?: number;
}

/**
 * Percentile bootstrap interval of a statistic. The values must be independent runs, such as one per training seed; never pass
 * samples of one model as if they were runs. With few values it is too narrow: of normal data, a 95 % interval of the mean
 * holds the true mean in 76 % of cases with three values, 83 % with five, 90 % with ten.
 *
 * @throws RangeError without values, when one is not finite, or when an option is out of range
 * @see Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): Interval {
  const { statistic = mean, level = 0.95, resamples = 10_000, seed = 0 } = options;
  checkSample('bootstrapInterval', values, 1);
  checkLevel('bootstrapInterval', level);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`bootstrapInterval: resamples must be a positive integer, got ${resamples}.`);
  }
  const estimate = statistic(values);
  if (values.length === 1) return { estimate, low: estimate, high: estimate, level, degenerate: true };
  const random = new RandomStream(seed, 'bootstrap');
  const resample = values.slice();
  const statistics = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    for (let i = 0; i < resample.length; i++) resample[i] = values[random.integer(values.length)] ?? 0;
    statistics[round] = statistic(resample);
  }
  statistics.sort();
  const tail = (1 - level) / 2;
  return {
    estimate,
    low: quantileOfSorted(statistics, tail),
    high: quantileOfSorted(statistics, 1 - tail),
    level,
    degenerate: false,
  };
}
