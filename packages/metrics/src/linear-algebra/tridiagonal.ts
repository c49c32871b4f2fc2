import type { RandomStream } from '@kindred/random';

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
      if (steps === mostSteps) {
        throw new Error(
          `tridiagonalEigenvalues: expected convergence within ${mostSteps} steps, got none; check that the features are sound.`,
        );
      }
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

/**
 * Eigenvectors of given eigenvalues by inverse iteration, [values, size], orthonormal. Each is freed of those before it after every step, so that
 * equal eigenvalues get different ones.
 *
 * @param random where iterations start
 */
export function tridiagonalEigenvectors(matrix: Tridiagonal, values: Float64Array, random: RandomStream): Float64Array {
  const size = matrix.diagonal.length;
  const scale = largestOf(matrix.diagonal, matrix.beside) || 1;
  const vectors = new Float64Array(values.length * size);
  const found: Float64Array[] = []; // the vectors so far
  values.forEach((value, row) => {
    const solve = shiftedSolver(matrix, value, scale);
    const vector = vectors.subarray(row * size, (row + 1) * size);
    random.fillNormal(vector);
    for (let round = 0; round < inverseSteps; round++) {
      normalise(vector);
      solve(vector);
      // Once more: what one round of subtraction leaves by rounding, the second takes.
      for (let again = 0; again < 2; again++) {
        normalise(vector);
        for (const other of found) orthogonalise(vector, other);
      }
    }
    normalise(vector);
    found.push(vector);
  });
  return vectors;
}

/** One step gains some ten digits unless other eigenvalues are near. */
const inverseSteps = 4;

function normalise(vector: Float64Array): void {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i] ?? 0));
  largest ||= 1;
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += ((vector[i] ?? 0) / largest) ** 2;
  const length = Math.sqrt(squares) || 1;
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / largest / length;
}

function orthogonalise(vector: Float64Array, unit: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < unit.length; i++) sum += (vector[i] ?? 0) * (unit[i] ?? 0);
  for (let i = 0; i < unit.length; i++) vector[i] = (vector[i] ?? 0) - sum * (unit[i] ?? 0);
}

/** Gaussian elimination with row exchanges on the matrix less `shift`; a pivot that is 0 is a rounding of the scale instead. */
function shiftedSolver({ diagonal, beside }: Tridiagonal, shift: number, scale: number): (x: Float64Array) => void {
  const size = diagonal.length;
  const tiny = Number.EPSILON * scale;
  const [pivots, next, second] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const [multipliers, exchanged] = [new Float64Array(size), new Uint8Array(size)];
  let [head, beyond] = [(diagonal[0] ?? 0) - shift, beside[0] ?? 0]; // the row that is being reduced
  for (let i = 0; i + 1 < size; i++) {
    const below = beside[i] ?? 0;
    const [diagonalBelow, beyondBelow] = [(diagonal[i + 1] ?? 0) - shift, beside[i + 1] ?? 0];
    if (Math.abs(below) > Math.abs(head)) {
      exchanged[i] = 1;
      pivots[i] = below;
      next[i] = diagonalBelow;
      second[i] = beyondBelow;
      const multiplier = head / below;
      multipliers[i] = multiplier;
      [head, beyond] = [beyond - multiplier * diagonalBelow, -multiplier * beyondBelow];
    } else {
      pivots[i] = head === 0 ? tiny : head;
      next[i] = beyond;
      const multiplier = below / (pivots[i] ?? 1);
      multipliers[i] = multiplier;
      [head, beyond] = [diagonalBelow - multiplier * beyond, beyondBelow];
    }
  }
  pivots[size - 1] = Math.abs(head) < tiny ? tiny : head;
  return (x) => {
    for (let i = 0; i + 1 < size; i++) {
      const [upper, lower] = exchanged[i] === 1 ? [x[i + 1] ?? 0, x[i] ?? 0] : [x[i] ?? 0, x[i + 1] ?? 0];
      x[i] = upper;
      x[i + 1] = lower - (multipliers[i] ?? 0) * upper;
    }
    for (let i = size - 1; i >= 0; i--) {
      const known = (next[i] ?? 0) * (x[i + 1] ?? 0) + (second[i] ?? 0) * (x[i + 2] ?? 0);
      x[i] = ((x[i] ?? 0) - known) / (pivots[i] ?? 1);
    }
  };
}
