/** A reflection 1 - factor vector vector^T that turns a vector's part from `first` on into `value` at `first`. */
export interface Reflection {
  readonly vector: Float64Array;
  readonly factor: number;
  readonly value: number;
}

/**
 * The reflection for the part of `x` from `first` on.
 *
 * @param x used up: it becomes the reflection's vector, whose values before `first` are 0
 * @see Householder 1958, "Unitary triangularization of a nonsymmetric matrix"
 */
export function reflection(x: Float64Array, first: number): Reflection {
  let largest = 0;
  x.fill(0, 0, first);
  for (let i = first; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] ?? 0));
  if (largest === 0) return { vector: x, factor: 0, value: 0 };
  let squares = 0;
  for (let i = first; i < x.length; i++) {
    const value = (x[i] ?? 0) / largest;
    x[i] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  const head = x[first] ?? 0;
  const value = head > 0 ? -length : length; // away from the head, so that nothing cancels
  x[first] = head - value;
  return { vector: x, factor: 1 / (squares - head * value), value: value * largest };
}
