const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/**
 * P(Z > z) of Z from N(0, 1): the p-value of a one-sided test with statistic z. Relative error below 1e-12 down to the smallest
 * normal number, at z = 37.
 */
export const normalTail = (z: number): number => erfc(z * Math.SQRT1_2) / 2;

/** P(X > x) of a chi-square variable with one degree of freedom, x at least 0: X is the square of Z from N(0, 1). */
export const chiSquareTail = (x: number): number => erfc(Math.sqrt(x / 2));

/**
 * Complementary error function, 2 / sqrt(pi) times the integral of exp(-t^2) from x to infinity; 0 ... 2. Below 2 it is 1 - erf,
 * which loses at most the digits that 1 / erfc(2) = 214 stands for; above, a continued fraction gives the small value itself.
 *
 * @see Abramowitz and Stegun 1964, "Handbook of mathematical functions", 7.1.6 and 7.1.14
 */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < 2 ? 1 - erfSeries(x) : erfcFraction(x);
}

/** erf(x) = 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n + 1) / (1 * 3 * ... * (2n + 1)): no term is negative, so nothing cancels. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return twoOverRootPi * Math.exp(-x * x) * sum;
}

/** erfc(x) = exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / (x + 2 / (x + ...))))): from x = 2 on 80 terms are enough. */
function erfcFraction(x: number): number {
  let below = x;
  for (let n = 80; n >= 1; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}
