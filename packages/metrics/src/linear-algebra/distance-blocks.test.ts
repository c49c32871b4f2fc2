import { describe, expect, it } from 'vitest';
import { inOrder, normalFeatures } from '../testing/random-features.ts';
import { trickySets } from '../testing/tricky-sets.ts';
import { DistanceBlocks, prepareRows, type DistanceBlock } from './distance-blocks.ts';
import type { Rows } from './rows.ts';

/** The definition: differences squared and summed in float64. */
function squared(a: Rows, i: number, b: Rows, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.columns; k++) sum += (a.data[i * a.columns + k]! - b.data[j * b.columns + k]!) ** 2;
  return sum;
}

function blocksOf(a: Rows, b: Rows): DistanceBlocks {
  const [left, right] = prepareRows([a, b]);
  return new DistanceBlocks(left!, right!);
}

/** Asks for so many distances that blocks come as exact tiles from then on. */
function tire(pairs: DistanceBlocks): void {
  const all = pairs.a.source.rows * pairs.b.source.rows;
  for (let asked = 0; asked <= all / 16; asked++) pairs.exactly(0, 0);
}

/** The pairs of a block, and where each lies in it. */
function placesOf({ rows, columns, stride }: Pick<DistanceBlock, 'rows' | 'columns' | 'stride'>) {
  return Array.from({ length: rows.count * columns.count }, (_, place) => {
    const [i, j] = [Math.floor(place / columns.count), place % columns.count];
    return { row: rows.start + i, column: columns.start + j, at: i * stride + j };
  });
}

describe('DistanceBlocks', () => {
  it.each([
    [1, 1, 4],
    [64, 64, 4],
    [65, 131, 7],
    [600, 2100, 3],
  ])('visits each pair of %i x %i rows once, as products or as tiles', async (m, n, columns) => {
    for (const tired of [false, true]) {
      const pairs = blocksOf(normalFeatures(1, m, columns), normalFeatures(2, n, columns));
      if (tired) tire(pairs);
      const seen = new Uint8Array(m * n);
      for await (const { rows, columns: others, exact } of pairs.blocks()) {
        expect(exact).toBe(tired);
        for (let i = 0; i < rows.count; i++) {
          for (let j = 0; j < others.count; j++) seen[(rows.start + i) * n + others.start + j]! += 1;
        }
      }
      expect(seen.every((count) => count === 1)).toBe(true);
    }
  });

  it.each([false, true])('leaves out what lies below the diagonal on demand, tiles: %s', async (tired) => {
    const a = normalFeatures(1, 700, 2);
    const [prepared] = prepareRows([a]);
    const pairs = new DistanceBlocks(prepared!, prepared!);
    if (tired) tire(pairs);
    const seen = new Uint8Array(700 * 700);
    for await (const { rows, columns } of pairs.blocks({ upper: true })) {
      for (let i = rows.start; i < rows.start + rows.count; i++) {
        for (let j = columns.start; j < columns.start + columns.count; j++) seen[i * 700 + j]! += 1;
      }
    }
    expect(seen.every((count, at) => (at % 700 < Math.floor(at / 700) ? count <= 1 : count === 1))).toBe(true);
    expect(seen.reduce((sum, count) => sum + count, 0)).toBeLessThan(0.9 * 700 * 700);
  });

  describe.each(Object.entries(trickySets))('on features that are %s', (_, make) => {
    const [a, b] = [make(1, 90), make(2, 140)];

    it('bounds every distance', async () => {
      const pairs = blocksOf(a, b);
      const { half } = pairs.a;
      const outside: number[] = [];
      for await (const { rows, columns, products, stride, left, right, exact } of pairs.blocks()) {
        expect(exact).toBe(false);
        for (const { row, column, at } of placesOf({ rows, columns, stride })) {
          const distance = squared(a, row, b, column) * half;
          const product = products[at]!;
          if (!(left.low[row]! + right.low[column]! - product <= distance)) outside.push(at);
          if (!(left.high[row]! + right.high[column]! - product >= distance)) outside.push(at);
        }
      }
      expect(outside).toEqual([]);
    });

    it('gives each distance exactly, alone and in tiles', async () => {
      const pairs = blocksOf(a, b);
      tire(pairs);
      const { half } = pairs.a;
      const wrong: number[] = [];
      for await (const { rows, columns, products, stride } of pairs.blocks()) {
        for (const { row, column, at } of placesOf({ rows, columns, stride })) {
          const distance = squared(a, row, b, column);
          if (pairs.exactly(row, column) / half !== distance || products[at] !== -distance * half) wrong.push(at);
        }
      }
      expect(wrong).toEqual([]);
    });
  });

  it('bounds tightly: 1e-4 of the squared lengths at 512 columns', async () => {
    const a = normalFeatures(1, 50, 512);
    const pairs = blocksOf(a, inOrder(a, [3, 4]));
    const { low, high } = pairs.a.bounds;
    low.forEach((value, i) => expect(high[i]! - value).toBeLessThan(1e-4 * high[i]! * 2));
  });
});
