/** A matrix [rows, columns], row-major. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** matrix^T vector over the rows from `first` on, [columns]; 0 for the columns before `first`. Four rows at a time. */
export function timesRows({ values, rows, columns }: Matrix, vector: Float64Array, first: number): Float64Array {
  const sums = new Float64Array(columns);
  let i = first;
  for (; i + 3 < rows; i += 4) {
    const at = i * columns;
    const row0 = values.subarray(at, at + columns);
    const row1 = values.subarray(at + columns, at + 2 * columns);
    const row2 = values.subarray(at + 2 * columns, at + 3 * columns);
    const row3 = values.subarray(at + 3 * columns, at + 4 * columns);
    const [v0, v1, v2, v3] = [vector[i] ?? 0, vector[i + 1] ?? 0, vector[i + 2] ?? 0, vector[i + 3] ?? 0];
    for (let j = first; j < columns; j++) {
      const pairs = v0 * (row0[j] ?? 0) + v1 * (row1[j] ?? 0) + (v2 * (row2[j] ?? 0) + v3 * (row3[j] ?? 0));
      sums[j] = (sums[j] ?? 0) + pairs;
    }
  }
  for (; i < rows; i++) {
    const value = vector[i] ?? 0;
    for (let j = first, at = i * columns + first; j < columns; j++, at++) {
      sums[j] = (sums[j] ?? 0) + value * (values[at] ?? 0);
    }
  }
  return sums;
}

/** matrix vector over the columns from `first` on, [rows]; 0 for the rows before `first`. Four rows at a time. */
export function timesColumns({ values, rows, columns }: Matrix, vector: Float64Array, first: number): Float64Array {
  const products = new Float64Array(rows);
  let i = first;
  for (; i + 3 < rows; i += 4) {
    const at = i * columns;
    const row0 = values.subarray(at, at + columns);
    const row1 = values.subarray(at + columns, at + 2 * columns);
    const row2 = values.subarray(at + 2 * columns, at + 3 * columns);
    const row3 = values.subarray(at + 3 * columns, at + 4 * columns);
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = first; j < columns; j++) {
      const value = vector[j] ?? 0;
      s0 += value * (row0[j] ?? 0);
      s1 += value * (row1[j] ?? 0);
      s2 += value * (row2[j] ?? 0);
      s3 += value * (row3[j] ?? 0);
    }
    products[i] = s0;
    products[i + 1] = s1;
    products[i + 2] = s2;
    products[i + 3] = s3;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = first, at = i * columns + first; j < columns; j++, at++) sum += (vector[j] ?? 0) * (values[at] ?? 0);
    products[i] = sum;
  }
  return products;
}
