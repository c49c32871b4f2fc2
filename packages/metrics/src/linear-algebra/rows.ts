/** Vectors row after row, [rows, columns]: features, or what was made of them in float64. */
export interface Rows {
  readonly data: Float32Array | Float64Array;
  readonly rows: number;
  readonly columns: number;
}
