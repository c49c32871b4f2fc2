/** A statistic with its confidence interval. */
export interface Interval {
  /** The statistic of the values themselves. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** True where the values cannot tell a spread (one value only): `low` and `high` then equal `estimate`, and mean nothing. */
  readonly degenerate: boolean;
}

/** Throws unless a confidence level lies between 0 and 1. */
export function checkLevel(name: string, level: number): void {
  if (!(level > 0 && level < 1))
    throw new RangeError(`${name}: level must lie between 0 and 1, as 0.95 does, got ${level}.`);
}
