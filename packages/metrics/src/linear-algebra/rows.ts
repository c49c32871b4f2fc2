/** Vectors row after row, [rows, columns]: features, or what was made of them in float64. */
export interface Rows {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Copies of the chosen rows, one behind the other, in the precision that they have. */
export function gathered<T extends Rows['data']>(
  { data, columns }: { readonly data: T; readonly columns: number },
  chosen: Int32Array,
): { readonly data: T; readonly rows: number; readonly columns: number } {
  const size = chosen.length * columns;
  const copies = (data instanceof Float32Array ? new Float32Array(size) : new Float64Array(size)) as T;
  for (let i = 0; i < chosen.length; i++) {
    const from = (chosen[i] ?? 0) * columns;
    copies.set(data.subarray(from, from + columns), i * columns);
  }
  return { data: copies, rows: chosen.length, columns };
}
