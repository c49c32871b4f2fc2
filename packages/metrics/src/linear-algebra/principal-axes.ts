import { productOfRows } from '@kindred/engine';
import type { Features } from '../features.ts';
import { columnMeans, sumsOfProducts } from './moments.ts';
import type { Rows } from './rows.ts';
import { leadingEigenvectors } from './symmetric-eigen.ts';

/** Where a set of rows varies most. */
export interface PrincipalAxes {
  readonly mean: Float64Array;
  /** Orthonormal directions, [count, columns], that of the largest variance first. */
  readonly axes: Float64Array;
  readonly count: number;
}

/**
 * Principal components of a set of features. Directions without any variance are left out, so there may be fewer than asked for; at least one
 * is kept.
 *
 * @param count at most rows - 1 and columns
 */
export async function principalAxes(features: Features, count: number): Promise<PrincipalAxes> {
  const { rows, columns } = features;
  const mean = columnMeans(features);
  const few = rows < columns; // then products of rows make the smaller matrix, with the same eigenvalues
  const size = few ? rows : columns;
  const centred = few ? centre(features, mean) : new Float64Array();
  const products = few
    ? await productOfRows(centred, centred, { rows, columns: rows, depth: columns })
    : await sumsOfProducts(features, mean);
  const { values, vectors } = await leadingEigenvectors(products, size, count);
  // What rounding alone makes of a variance of 0.
  const negligible = 8 * size * Number.EPSILON * (values[0] ?? 0);
  const kept = Math.max(1, values.filter((value) => value > negligible).length);
  const axes = few ? combined(centred, vectors, { rows, columns, kept }) : vectors.slice(0, kept * columns);
  return { mean, axes, count: kept };
}

/** Coordinates of rows along the axes, [rows, count], in float64. */
export async function project(features: Features, { mean, axes, count }: PrincipalAxes): Promise<Rows> {
  const { rows, columns } = features;
  const data = await productOfRows(centre(features, mean), axes, { rows, columns: count, depth: columns });
  return { data, rows, columns: count };
}

function centre({ data, columns }: Features, mean: Float64Array): Float64Array {
  const centred = new Float64Array(data.length);
  for (let at = 0; at < data.length; at++) centred[at] = (data[at] ?? 0) - (mean[at % columns] ?? 0);
  return centred;
}

/** Directions from the eigenvectors of the products of rows: the rows weighted by each, at length 1. */
function combined(
  centred: Float64Array,
  vectors: Float64Array,
  { rows, columns, kept }: { rows: number; columns: number; kept: number },
): Float64Array {
  const axes = new Float64Array(kept * columns);
  for (let k = 0; k < kept; k++) {
    const axis = axes.subarray(k * columns, (k + 1) * columns);
    for (let row = 0; row < rows; row++) {
      const weight = vectors[k * rows + row] ?? 0;
      for (let j = 0; j < columns; j++) axis[j] = (axis[j] ?? 0) + weight * (centred[row * columns + j] ?? 0);
    }
    const length = Math.sqrt(axis.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let j = 0; j < columns; j++) axis[j] = (axis[j] ?? 0) / length;
  }
  return axes;
}
