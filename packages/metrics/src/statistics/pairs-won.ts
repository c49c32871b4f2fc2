/**
 * Of all pairs of a value of `x` and one of `y`, the number where the first is the larger, ties counted half: Mann and Whitney's U.
 *
 * @param x ascending
 * @param y ascending
 */
export function pairsWon(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [below, upTo, halves] = [0, 0, 0]; // values of y below, and up to, the value of x
  for (let i = 0; i < x.length; i++) {
    const value = x[i] ?? 0;
    while (below < y.length && (y[below] ?? 0) < value) below++;
    while (upTo < y.length && (y[upTo] ?? 0) <= value) upTo++;
    halves += below + upTo;
  }
  return halves / 2;
}
