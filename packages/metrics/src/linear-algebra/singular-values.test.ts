import { SVD, Matrix as MlMatrix } from 'ml-matrix';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { singularValues } from './singular-values.ts';

const normals = (seed: number, count: number): Float64Array =>
  new RandomStream(seed, 'matrix').fillNormal(new Float64Array(count));

/** Entries of the product of a matrix [rows, rank] and one [rank, columns]. */
function ofRank(rank: number, rows: number, columns: number): Float64Array {
  const [left, right] = [normals(1, rows * rank), normals(2, rank * columns)];
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < rank; k++)
      sum += left[Math.floor(at / columns) * rank + k]! * right[k * columns + (at % columns)]!;
    return sum;
  });
}

/** Largest difference from ml-matrix's values, as a share of the largest of them. */
async function difference(values: Float64Array, rows: number, columns: number): Promise<number> {
  const expected = new SVD(MlMatrix.from1DArray(rows, columns, values)).diagonal.toReversed();
  const got = await singularValues({ values: values.slice(), rows, columns });
  expect(got).toHaveLength(columns);
  return Math.max(...expected.map((value, i) => Math.abs(value - got[i]!))) / expected.at(-1)!;
}

describe('singularValues', () => {
  // Below and beyond a panel of 32 steps; rows in fours and not.
  it.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [9, 4],
    [33, 33],
    [70, 65],
    [130, 40],
  ])('agree with ml-matrix: %i x %i', async (rows, columns) => {
    expect(await difference(normals(rows, rows * columns), rows, columns)).toBeLessThan(1e-13);
  });

  it('are those of a diagonal, without their signs', async () => {
    const values = Float64Array.of(-3, 0, 0, 0, 1e-9, 0, 0, 0, 2);
    const got = await singularValues({ values, rows: 3, columns: 3 });
    [1e-9, 2, 3].forEach((value, i) => expect(got[i]).toBeCloseTo(value, 14));
  });

  it('are 0 beyond the rank, and where all are', async () => {
    expect(await difference(ofRank(3, 60, 50), 60, 50)).toBeLessThan(1e-13);
    expect([...(await singularValues({ values: new Float64Array(6), rows: 3, columns: 2 }))]).toEqual([0, 0]);
  });

  it('do not lose small values beside large ones', async () => {
    // 40 equal values, and one 10^12 times as large
    const values = new Float64Array(41 * 41);
    for (let i = 0; i < 41; i++) values[i * 42] = i === 20 ? 1e6 : 1e-6;
    const got = await singularValues({ values, rows: 41, columns: 41 });
    for (const value of got.subarray(0, 40)) expect(value).toBeCloseTo(1e-6, 9); // 1e-15 of the largest
  });

  it.each([1e-200, 1e200])('keep their digits at scale %d', async (scale) => {
    const values = normals(4, 12 * 7);
    const [plain, scaled] = [
      await singularValues({ values: values.slice(), rows: 12, columns: 7 }),
      await singularValues({ values: values.map((value) => value * scale), rows: 12, columns: 7 }),
    ];
    scaled.forEach((value, i) => expect(value / scale).toBeCloseTo(plain[i]!, 12));
  });

  it('refuse a wide matrix', async () => {
    await expect(singularValues({ values: new Float64Array(6), rows: 2, columns: 3 })).rejects.toThrow('transpose it');
  });
});
