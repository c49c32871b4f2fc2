/** A matrix [rows, columns], row-major. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** matrix^T vector over the rows from `first` on, [columns]; 0 for the columns before `first`. Four rows at a time. */
export function timesRows({ values, rows, columns }: Matrix, vector: Float64Array, first: number): Float64Array {
  const sums = new Float64Array(columns);
  const [second, third] = [2 * columns, 3 * columns];
  let i = first;
  for (; i + 3 < rows; i += 4) {
    const v0 = vector[i] ?? 0;
    const v1 = vector[i + 1] ?? 0;
    const v2 = vector[i + 2] ?? 0;
    const v3 = vector[i + 3] ?? 0;
    let at = i * columns + first;
    for (let j = first; j < columns; j++, at++) {
      const upper = v0 * (values[at] ?? 0) + v1 * (values[at + columns] ?? 0);
      const lower = v2 * (values[at + second] ?? 0) + v3 * (values[at + third] ?? 0);
      sums[j] = (sums[j] ?? 0) + (upper + lower);
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
  const [second, third] = [2 * columns, 3 * columns];
  let i = first;
  for (; i + 3 < rows; i += 4) {
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let at = i * columns + first;
    for (let j = first; j < columns; j++, at++) {
      const value = vector[j] ?? 0;
      s0 += value * (values[at] ?? 0);
      s1 += value * (values[at + columns] ?? 0);
      s2 += value * (values[at + second] ?? 0);
      s3 += value * (values[at + third] ?? 0);
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
