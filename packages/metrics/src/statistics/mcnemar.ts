import { fairCoinTail } from './binomial.ts';
import { chiSquareTail } from './normal-tail.ts';

/** The answer of the test, and how it was found. */
export interface McnemarTest {
  /** Two-sided p-value, 0 ... 1. */
  readonly pValue: number;
  /**
   * Exact: the smaller of the two counts. Else (|onlyA - onlyB| - 1)^2 / (onlyA + onlyB), chi-square with one degree of freedom; 0 for equal
   * counts, which the correction must not turn into a difference.
   */
  readonly statistic: number;
  readonly exact: boolean;
}

/** From so many discordant pairs on, the chi-square approximation serves. */
const largeSample = 25;

/**
 * McNemar's test of whether two methods that were tried on the same cases succeed equally often. Only cases where one succeeds
 * and the other fails tell: without a difference each of them is a throw of a fair coin. Exact below 25 such cases, chi-square
 * with Edwards' continuity correction from there on.
 *
 * @param onlyA cases where A alone succeeds, a whole number
 * @param onlyB cases where B alone succeeds, a whole number
 * @throws RangeError when a count is no whole number of 0 or more
 * @see McNemar 1947, "Note on the sampling error of the difference between correlated proportions or percentages"; Edwards 1948
 */
export function mcnemar(onlyA: number, onlyB: number): McnemarTest {
  for (const [name, count] of Object.entries({ onlyA, onlyB })) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(
        `mcnemar: ${name} must be a whole number of cases, at least 0, got ${count}; pass counts, not shares.`,
      );
    }
  }
  const discordant = onlyA + onlyB;
  if (discordant < largeSample) {
    const fewer = Math.min(onlyA, onlyB);
    return { pValue: Math.min(1, 2 * fairCoinTail(fewer, discordant)), statistic: fewer, exact: true };
  }
  const statistic = Math.max(Math.abs(onlyA - onlyB) - 1, 0) ** 2 / discordant;
  return { pValue: chiSquareTail(statistic), statistic, exact: false };
}
