import { RandomStream } from '@kindred/random';
import { checkLevel, type Interval } from './interval.ts';
import { checkSample, quantileOfSorted, type Statistic } from './summary.ts';

/** What the interval is of, and how it is found. */
export interface BootstrapOptions {
  /** What the interval is of; each function names its default. It must not keep the array it is given, which is used again. */
  readonly statistic?: Statistic;
  /** Confidence, in 0 ... 1 exclusive. Default 0.95. */
  readonly level?: number;
  /** Number of resamples. Default 10 000. */
  readonly resamples?: number;
  /** Seed of the resampling: the same seed gives the same interval. Default 0. */
  readonly seed?: number;
}

/**
 * Percentile bootstrap interval of a statistic of all values pooled, where each stratum is resampled within itself. Degenerate
 * where no stratum has two values.
 *
 * @param name the public function that asks, for errors
 * @throws RangeError without strata, when one is empty, when a value or the statistic of a resample is not finite, or when an option is
 * out of range
 */
export function percentileBootstrap(
  name: string,
  strata: readonly (readonly number[])[],
  options: BootstrapOptions & { readonly statistic: Statistic },
): Interval {
  const { level = 0.95, resamples = 10_000, seed = 0 } = options;
  checkLevel(name, level);
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(`${name}: resamples must be a positive integer, got ${resamples}; leave it out for 10 000.`);
  }
  const pooled = strata.flat();
  checkSample(name, pooled, 1);
  const statistic = (values: readonly number[]): number => {
    const value = options.statistic(values);
    if (Number.isFinite(value)) return value;
    throw new RangeError(
      `${name}: the statistic of a resample must be a finite number, got ${value}; take one that is finite where values repeat.`,
    );
  };
  const estimate = statistic(pooled);
  if (strata.every(({ length }) => length === 1))
    return { estimate, low: estimate, high: estimate, level, degenerate: true };
  const random = new RandomStream(seed, 'bootstrap');
  const statistics = new Float64Array(resamples);
  for (let round = 0; round < resamples; round++) {
    let next = 0;
    for (const values of strata) {
      for (let i = 0; i < values.length; i++) pooled[next++] = values[random.integer(values.length)] ?? 0;
    }
    statistics[round] = statistic(pooled);
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
