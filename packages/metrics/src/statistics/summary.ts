import { checkFinite } from '../features.ts';

/** A statistic: one number from a sample. */
export type Statistic = (values: readonly number[]) => number;

/**
 * Arithmetic mean, in the unit of the values.
 *
 * @param values at least one
 * @throws RangeError without values, or when one is not finite
 */
export function mean(values: readonly number[]): number {
  checkSample('mean', values, 1);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Standard deviation with divisor n - 1, in the unit of the values.
 *
 * @param values at least two: one run says nothing of a spread
 * @returns 0 or more
 * @throws RangeError with fewer than two values, or when one is not finite
 */
export function standardDeviation(values: readonly number[]): number {
  checkSample('standardDeviation', values, 2);
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/**
 * Median: the middle value, or the mean of the two in the middle, in the unit of the values.
 *
 * @param values at least one, in any order
 * @throws RangeError without values, or when one is not finite
 */
export function median(values: readonly number[]): number {
  checkSample('median', values, 1);
  return quantileOfSorted(ascending(values), 0.5);
}

/**
 * Mean of the middle half: floor(n / 4) values are dropped at each end. As robust as a median against a failed run, and
 * steadier. In the unit of the values.
 *
 * @param values at least one, in any order
 * @throws RangeError without values, or when one is not finite
 * @see Agarwal et al. 2021, arXiv:2108.13264
 */
export function interquartileMean(values: readonly number[]): number {
  checkSample('interquartileMean', values, 1);
  const cut = Math.floor(values.length / 4);
  return mean([...ascending(values).subarray(cut, values.length - cut)]);
}

/** Quantile of ascending values with linear interpolation between neighbours (R's type 7, numpy's default); `share` in 0 ... 1. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  return low + (place - below) * ((sorted[Math.min(below + 1, sorted.length - 1)] ?? 0) - low);
}

/** Throws unless there are at least `minimum` values, all finite. */
export function checkSample(name: string, values: readonly number[], minimum: number): void {
  if (values.length < minimum) {
    const least = minimum === 1 ? '1 value' : `${minimum} values`;
    throw new RangeError(`${name}: needs at least ${least}, got ${values.length}; add runs, or leave it out.`);
  }
  checkFinite(values, (at) => `${name}: value ${at}`);
}

/** The values in ascending order: a copy. */
export function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}
