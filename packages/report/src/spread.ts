import { bootstrapInterval, mean, median, standardDeviation } from '@kindred/metrics';

/** What several training seeds say of one metric. Null where the number does not exist. */
export interface Spread {
  readonly n: number;
  readonly mean: number | null;
  /** Sample standard deviation (n - 1); null below two values. */
  readonly sd: number | null;
  readonly median: number | null;
  /** 95 % percentile bootstrap interval of the mean; null below two values. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The bootstrap's own settings: part of the method, so the same values always give the same interval. */
const bootstrap = { level: 0.95, resamples: 10_000, seed: 0 } as const;

/** Summarises values over training seeds; one value stands for one seed. Values that are not finite are left out of `n`. */
export function spreadOf(values: readonly number[]): Spread {
  const finite = values.filter(Number.isFinite);
  const [first] = finite;
  if (first === undefined) return { n: 0, mean: null, sd: null, median: null, low: null, high: null };
  if (finite.length === 1) return { n: 1, mean: first, sd: null, median: first, low: null, high: null };
  const { low, high } = bootstrapInterval(finite, bootstrap);
  return { n: finite.length, mean: mean(finite), sd: standardDeviation(finite), median: median(finite), low, high };
}
