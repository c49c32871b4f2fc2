/** A statistic with its confidence interval, both in the statistic's unit. */
export interface Interval {
  /** The statistic of the values themselves. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Confidence, in 0 ... 1 exclusive. */
  readonly level: number;
  /** True where the values cannot tell a spread (one value only): `low` and `high` then equal `estimate`, and mean nothing. */
  readonly degenerate: boolean;
}

/** Throws unless a confidence level lies between 0 and 1. */
export function checkLevel(name: string, level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`${name}: level must lie between 0 and 1, neither of them, got ${level}; 95 % is 0.95.`);
  }
}
