/** A symmetric tridiagonal matrix. */
export interface Tridiagonal {
  /** [size] */
  readonly diagonal: Float64Array;
  /** `beside[i]` couples i and i + 1, [size - 1]. */
  readonly beside: Float64Array;
}

/**
 * Eigenvalues by implicitly shifted QL steps (Wilkinson's shift), in no order. Each is right to a few roundings of the largest.
 *
 * @see Bowdler, Martin, Reinsch and Wilkinson 1968, "The QR and QL algorithms for symmetric matrices"
 */
export function tridiagonalEigenvalues({ diagonal, beside }: Tridiagonal): Float64Array {
  const size = diagonal.length;
  const scale = largestOf(diagonal, beside);
  if (scale === 0) return new Float64Array(size);
  const d = diagonal.map((value) => value / scale);
  const e = new Float64Array(size);
  beside.forEach((value, i) => (e[i] = value / scale));
  for (let first = 0; first < size; first++) {
    for (let steps = 0; ; steps++) {
      let last = first;
      while (last < size - 1 && Math.abs(e[last] ?? 0) > Number.EPSILON) last++;
      if (last === first) break;
      if (steps === mostSteps) throw new Error(`tridiagonalEigenvalues: no convergence in ${mostSteps} steps.`);
      stepOf(d, e, first, last);
    }
  }
  return d.map((value) => value * scale);
}

/** Two or three are usual. */
const mostSteps = 200;

const largestOf = (...arrays: readonly Float64Array[]): number =>
  arrays.reduce((most, values) => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), most), 0);

/** One implicit QL step on the rows `first` ... `last`, which are coupled. Values are of order 1, so squares need no care. */
function stepOf(d: Float64Array, e: Float64Array, first: number, last: number): void {
  const coupling = e[first] ?? 0;
  const ratio = ((d[first + 1] ?? 0) - (d[first] ?? 0)) / (2 * coupling);
  const root = Math.sqrt(ratio * ratio + 1);
  let g = (d[last] ?? 0) - (d[first] ?? 0) + coupling / (ratio + (ratio < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const f = s * (e[i] ?? 0);
    const b = c * (e[i] ?? 0);
    const length = Math.sqrt(f * f + g * g);
    e[i + 1] = length;
    if (length === 0) {
      d[i + 1] = (d[i + 1] ?? 0) - p;
      e[last] = 0;
      return;
    }
    s = f / length;
    c = g / length;
    g = (d[i + 1] ?? 0) - p;
    const r = ((d[i] ?? 0) - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
  }
  d[first] = (d[first] ?? 0) - p;
  e[first] = g;
  e[last] = 0;
}
