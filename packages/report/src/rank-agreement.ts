/**
 * Kendall's rank correlation tau-b of two scores of the same things, in one order: 1 where they rank them alike, -1 where one ranking is
 * the other reversed, about 0 where they have nothing to do with each other. A pair that only one of them ties counts for neither side,
 * but keeps the value from 1. Null where a score ties all things, or there are fewer than two: then it ranks nothing.
 *
 *     (pairs in the same order - pairs in opposite orders) / sqrt(pairs that `first` does not tie * pairs that `second` does not)
 *
 * @throws RangeError when there are unequal numbers of scores
 * @see Kendall 1945, "The treatment of ties in ranking problems"
 */
export function kendallTau(first: readonly number[], second: readonly number[]): number | null {
  if (first.length !== second.length) {
    throw new RangeError(
      `kendallTau: both scores must be of the same things, got ${first.length} and ${second.length} values.`,
    );
  }
  let [balance, untiedInFirst, untiedInSecond] = [0, 0, 0];
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [signBetween(first, i, j), signBetween(second, i, j)];
      balance += a * b;
      untiedInFirst += a ** 2;
      untiedInSecond += b ** 2;
    }
  }
  // The root of a product of equal whole numbers is exact, so rankings that are alike give 1.
  const pairs = Math.sqrt(untiedInFirst * untiedInSecond);
  return pairs === 0 ? null : balance / pairs;
}

const signBetween = (values: readonly number[], i: number, j: number): number =>
  Math.sign((values[i] ?? 0) - (values[j] ?? 0));

/** Mean Kendall's tau-b over all pairs of the scores; null where no pair has one. */
export function meanKendallTau(scores: readonly (readonly number[])[]): number | null {
  const pairs = scores.flatMap((first, i) => scores.slice(i + 1).map((second) => kendallTau(first, second)));
  const known = pairs.filter((tau) => tau !== null);
  return known.length === 0 ? null : known.reduce((sum, tau) => sum + tau, 0) / known.length;
}
