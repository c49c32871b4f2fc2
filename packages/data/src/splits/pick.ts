import type { Labels } from '../types.ts';

/** The rows of `bytes` at `places`, in their order. @param size bytes per row */
export function pickRows(bytes: Uint8Array, places: Int32Array, size: number): Uint8Array {
  const picked = new Uint8Array(places.length * size);
  for (const [row, place] of places.entries()) picked.set(bytes.subarray(place * size, (place + 1) * size), row * size);
  return picked;
}

/** The labels at `places`, in their order. */
export function pickLabels(labels: Labels, places: Int32Array): Labels {
  const picked = emptyLabels(labels, places.length);
  for (const [row, place] of places.entries()) picked[row] = labels[place] ?? 0;
  return picked;
}

/** Zeros, each as wide as those of `like`. */
export function emptyLabels(like: Labels, count: number): Labels {
  return like instanceof Uint16Array ? new Uint16Array(count) : new Uint8Array(count);
}
