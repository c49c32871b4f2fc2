import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/seeded.ts';
import { productOfRows } from './product-of-rows.ts';

/** The definition in float64, and the sums of the terms' magnitudes. */
function naive(a: ArrayLike<number>, b: ArrayLike<number>, [rows, columns, depth]: readonly [number, number, number]) {
  const sums = new Float64Array(rows * columns);
  const magnitudes = new Float64Array(rows * columns);
  for (let at = 0; at < sums.length; at++) {
    for (let k = 0; k < depth; k++) {
      const term = a[Math.floor(at / columns) * depth + k]! * b[(at % columns) * depth + k]!;
      sums[at]! += term;
      magnitudes[at]! += Math.abs(term);
    }
  }
  return { sums, magnitudes };
}

const sizes = [
  [1, 1, 1],
  [3, 5, 2],
  [17, 33, 129],
  [64, 70, 512],
  [130, 9, 1025],
] as const;

describe('productOfRows', () => {
  it.each(
    sizes.flatMap((size) => [[...size, Float32Array, 2 ** -24] as const, [...size, Float64Array, 2 ** -53] as const]),
  )('is the definition within the stated bound: %i x %i, depth %i, %o', async (rows, columns, depth, array, unit) => {
    const draw = seeded(rows + columns + depth);
    const a = array.from(Array.from({ length: rows * depth }, () => 2 * draw() - 1));
    const b = array.from(Array.from({ length: columns * depth }, () => 2 * draw() - 1));
    const product = await productOfRows<Float32Array | Float64Array>(a, b, { rows, columns, depth });
    expect(product).toBeInstanceOf(array);
    const { sums, magnitudes } = naive(a, b, [rows, columns, depth]);
    // The oracle in float64 has an error of its own, as large as the bound at unit 2^-53.
    const gamma = (depth * unit) / (1 - depth * unit) + depth * 2 ** -53;
    product.forEach((value, at) => expect(Math.abs(value - sums[at]!)).toBeLessThanOrEqual(gamma * magnitudes[at]!));
  });

  it('fills the array it is given, and takes parts of larger ones', async () => {
    const whole = Float32Array.of(9, 9, 1, 2, 3, 4);
    const into = new Float32Array(5).subarray(1);
    const product = await productOfRows(whole.subarray(2), whole.subarray(2), { rows: 2, columns: 2, depth: 2 }, into);
    expect([...into]).toEqual([5, 11, 11, 25]);
    expect([...product]).toEqual([5, 11, 11, 25]);
    expect(into.buffer.byteLength).toBe(20);
    expect([...whole]).toEqual([9, 9, 1, 2, 3, 4]);
  });

  it('gives the same bits each time, also when calls overlap', async () => {
    const draw = seeded(5);
    const a = Float32Array.from({ length: 40 * 300 }, draw);
    const shape = { rows: 40, columns: 40, depth: 300 };
    const results = await Promise.all(Array.from({ length: 4 }, () => productOfRows(a, a, shape)));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('keeps NaN and infinities where they belong', async () => {
    const a = Float64Array.of(1, Infinity, Number.NaN, 1, 2, 3);
    const product = await productOfRows(a, Float64Array.of(1, 1), { rows: 3, columns: 1, depth: 2 });
    expect([...product]).toEqual([Infinity, Number.NaN, 5]);
  });

  it('refuses sizes that do not fit', async () => {
    const a = new Float32Array(6);
    await expect(productOfRows(a, a, { rows: 2, columns: 2, depth: 4 })).rejects.toThrow(
      'productOfRows: a needs 2 x 4 = 8 values, got 6',
    );
    await expect(productOfRows(a, a, { rows: 2, columns: 3, depth: 3 })).rejects.toThrow('b needs 3 x 3 = 9 values');
    await expect(productOfRows(a, a, { rows: 2, columns: 2, depth: 3 }, a)).rejects.toThrow('into needs 2 x 2 = 4');
    await expect(productOfRows(a, a, { rows: 0, columns: 2, depth: 3 })).rejects.toThrow(
      'a needs positive whole sizes',
    );
  });
});
