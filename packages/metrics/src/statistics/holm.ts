/**
 * Adjusted p-values of a family of comparisons, in the order given: where those below alpha are called significant, the
 * probability of one false call or more among them is at most alpha, whatever the dependence between the tests. Sorted
 * ascending, the i-th of m is the largest of (m - j + 1) p_(j) for j up to i, at most 1.
 *
 * @param pValues in 0 ... 1; none give none
 * @returns as many, in 0 ... 1, none below its p-value
 * @throws RangeError when one lies outside
 * @see Holm 1979, "A simple sequentially rejective multiple test procedure"
 */
export function holm(pValues: readonly number[]): number[] {
  const wrong = pValues.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) {
    throw new RangeError(
      `holm: p-values lie in 0 ... 1, got ${pValues[wrong]} at ${wrong}; leave out comparisons that have none.`,
    );
  }
  const order = pValues.map((p, place) => ({ p, place })).sort((a, b) => a.p - b.p);
  const adjusted = pValues.slice();
  let largest = 0;
  for (const [rank, { p, place }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * p));
    adjusted[place] = largest;
  }
  return adjusted;
}
