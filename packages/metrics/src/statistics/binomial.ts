/**
 * n choose k: in how many ways k of n things can be chosen, n! / (k! (n - k)!).
 *
 * @param n a whole number, 0 or more
 * @param k a whole number, 0 or more
 * @returns a float64: exact where n times it is at most 2^53, Infinity beyond the largest number, 0 where k exceeds n
 * @throws RangeError when one is no whole number of 0 ... 2^53 - 1
 * @see Knuth 1997, "The art of computer programming", volume 1, section 1.2.6
 */
export function binomialCoefficient(n: number, k: number): number {
  for (const [name, value] of Object.entries({ n, k })) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(
        `binomialCoefficient: ${name} must be a whole number, at least 0, got ${value}; pass a count of things.`,
      );
    }
  }
  if (k > n) return 0;
  const few = Math.min(k, n - k);
  let product = 1;
  // Each product is a binomial coefficient itself, so the division leaves no rest. Infinity stays what it is.
  for (let i = 1; i <= few && product < Infinity; i++) product = (product * (n - few + i)) / i;
  return product;
}

/** P(X <= k) of the number of heads in n throws of a fair coin: whole numbers, n small enough for exact coefficients (50 or fewer). */
export function fairCoinTail(k: number, n: number): number {
  let ways = 0;
  for (let i = 0; i <= k; i++) ways += binomialCoefficient(n, i);
  return ways / 2 ** n;
}
