import type { Labels } from '../types.ts';

/** The rows at `places` of an array of [count, width], in their order, as an array of the same type. Places are below count. */
export function pickRows<T extends Labels>(rows: T, places: Int32Array, width: number): T {
  const picked = emptyLike(rows, places.length * width);
  for (const [row, place] of places.entries())
    picked.set(rows.subarray(place * width, (place + 1) * width), row * width);
  return picked;
}

/** `length` zeros, each as wide as the numbers of `like`. */
export function emptyLike<T extends Labels>(like: T, length: number): T {
  return (like instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length)) as T;
}
