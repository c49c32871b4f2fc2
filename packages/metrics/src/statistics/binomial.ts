/** n choose k as a float64: exact where n times it is at most 2^53, Infinity beyond the largest number. Integers, 0 <= k <= n. */
export function binomialCoefficient(n: number, k: number): number {
  const few = Math.min(k, n - k);
  let product = 1;
  // Each product is a binomial coefficient itself, so the division leaves no rest.
  for (let i = 1; i <= few; i++) product = (product * (n - few + i)) / i;
  return product;
}

/** P(X <= k) of the number of heads in n throws of a fair coin, n small enough for exact coefficients (50 or fewer). */
export function fairCoinTail(k: number, n: number): number {
  let ways = 0;
  for (let i = 0; i <= k; i++) ways += binomialCoefficient(n, i);
  return ways / 2 ** n;
}
