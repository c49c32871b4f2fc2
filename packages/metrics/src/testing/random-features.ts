import { RandomStream } from '@kindred/random';
import type { Features } from '../features.ts';

/** Rows from N(0, I). */
export function normalFeatures(seed: number, rows: number, columns: number): Features {
  return { data: new RandomStream(seed, 'features').fillNormal(new Float32Array(rows * columns)), rows, columns };
}

/** Features from their rows. */
export function featuresOf(rows: readonly (readonly number[])[]): Features {
  return { data: Float32Array.from(rows.flat()), rows: rows.length, columns: rows[0]?.length ?? 0 };
}

/** The rows of `features` in the order of `places`. */
export function inOrder({ data, columns }: Features, places: Iterable<number>): Features {
  const rows = [...places];
  const picked = rows.flatMap((row) => [...data.subarray(row * columns, (row + 1) * columns)]);
  return { data: Float32Array.from(picked), rows: rows.length, columns };
}

/** Each value through `change`, rounded to float32. */
export function changed(
  { data, rows, columns }: Features,
  change: (value: number, column: number) => number,
): Features {
  return { data: data.map((value, at) => change(value, at % columns)), rows, columns };
}
