import { productOfRows } from '@kindred/engine';
import { checkFeatures, type Features } from './features.ts';
import { sumsOfProducts } from './linear-algebra/moments.ts';
import { symmetricEigenvalues } from './linear-algebra/symmetric-eigen.ts';

/**
 * Vendi score: the effective number of different rows, exp(-sum of l log l) over the eigenvalues l of K / rows, where K holds the
 * cosine similarities of all pairs of rows. It sees one set only: higher is more diverse, and noise is diverse too.
 *
 * K / rows and the matrix of products of columns have the same eigenvalues but for zeros; the smaller one is taken, in float64.
 *
 * @param a [rows, columns], at least 1 row, none of zeros only
 * @returns 1 (all rows point the same way) ... rows (all are orthogonal); at most `columns`. It grows with the number of rows: compare
 *   at equal numbers
 * @throws RangeError when features are malformed or not finite, or a row has no direction
 * @see Friedman and Dieng 2023, arXiv:2210.02410
 */
export async function vendiScore(a: Features): Promise<number> {
  checkFeatures(a, { metric: 'vendiScore', subject: 'a', minimumRows: 1 });
  const { rows, columns } = a;
  const data = unitRows(a);
  const size = Math.min(rows, columns);
  const products =
    rows <= columns
      ? await productOfRows(data, data, { rows, columns: rows, depth: columns })
      : await sumsOfProducts({ data, rows, columns }, new Float64Array(columns));
  let entropy = 0;
  for (const value of await symmetricEigenvalues(products, size)) {
    const share = value / rows;
    if (share > 0) entropy -= share * Math.log(share); // a share below 0 is 0 but for rounding
  }
  return Math.min(Math.max(Math.exp(entropy), 1), size); // beyond by rounding only
}

function unitRows({ data, rows, columns }: Features): Float64Array {
  const units = new Float64Array(data.length);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * columns, (row + 1) * columns];
    let squares = 0;
    for (let at = start; at < end; at++) squares += (data[at] ?? 0) ** 2;
    if (squares === 0) {
      throw new RangeError(
        `vendiScore: a at row ${row} must have a value other than 0, for its direction counts; leave out empty rows.`,
      );
    }
    const length = Math.sqrt(squares);
    for (let at = start; at < end; at++) units[at] = (data[at] ?? 0) / length;
  }
  return units;
}
