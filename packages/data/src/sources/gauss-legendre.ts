/**
 * The Gauss-Legendre rule on [0, 1]: nodes and weights that integrate polynomials up to degree 2 count - 1 exactly. The nodes
 * are the zeros of the Legendre polynomial P, found by Newton's method from Tricomi's estimates; on [-1, 1] the weights are
 * 2 / ((1 - x^2) P'(x)^2).
 *
 * @param count of nodes, at least 1
 */
export function gaussLegendre(count: number): readonly (readonly [node: number, weight: number])[] {
  return Array.from({ length: count }, (_, i) => {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 0;
    // Newton's method doubles the correct digits each time; five rounds are more than enough from three digits.
    for (let round = 0; round < 6; round++) {
      const [value, below] = legendre(count, x);
      slope = (count * (x * value - below)) / (x * x - 1);
      x -= value / slope;
    }
    return [(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)] as const;
  });
}

/** P_n(x) and P_(n-1)(x), by the recurrence k P_k = (2 k - 1) x P_(k-1) - (k - 1) P_(k-2). */
function legendre(n: number, x: number): [value: number, below: number] {
  let [value, below] = [x, 1];
  for (let k = 2; k <= n; k++) [value, below] = [((2 * k - 1) * x * value - (k - 1) * below) / k, value];
  return [value, below];
}
