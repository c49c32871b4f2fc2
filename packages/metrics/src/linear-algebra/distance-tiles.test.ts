import { describe, expect, it } from 'vitest';
import { inOrder, normalFeatures } from '../testing/random-features.ts';
import type { Features } from '../features.ts';
import { distanceTiles } from './distance-tiles.ts';
import { neighbourRadii } from './nearest-neighbours.ts';

function squared(a: Features, i: number, b: Features, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.columns; k++) sum += (a.data[i * a.columns + k]! - b.data[j * b.columns + k]!) ** 2;
  return sum;
}

describe('distanceTiles', () => {
  it.each([
    [1, 1, 1],
    [64, 64, 4],
    [65, 131, 7],
  ])('visits each pair of %i x %i rows once', (m, n, columns) => {
    const [a, b] = [normalFeatures(1, m, columns), normalFeatures(2, n, columns)];
    const seen = new Uint8Array(m * n);
    for (const { rows, columns: others, values, stride } of distanceTiles(a, b)) {
      for (let i = 0; i < rows.count; i++) {
        for (let j = 0; j < others.count; j++) {
          seen[(rows.start + i) * n + others.start + j]! += 1;
          expect(values[i * stride + j]).toBeCloseTo(squared(a, rows.start + i, b, others.start + j), 10);
        }
      }
    }
    expect(seen.every((count) => count === 1)).toBe(true);
  });

  it('leaves out the tiles below the diagonal on demand', () => {
    const a = normalFeatures(1, 130, 2);
    const starts = [...distanceTiles(a, a, { upper: true })].map(({ rows, columns }) => [rows.start, columns.start]);
    expect(starts).toEqual([
      [0, 0],
      [0, 64],
      [0, 128],
      [64, 64],
      [64, 128],
      [128, 128],
    ]);
  });

  it('gives the same pair of points the same distance to the last bit wherever it stands', () => {
    const a = normalFeatures(3, 150, 33);
    const backwards = inOrder(
      a,
      Array.from({ length: 150 }, (_, i) => 149 - i),
    );
    const radii = neighbourRadii(a, 4);
    expect([...neighbourRadii(backwards, 4)].toReversed()).toEqual([...radii]);
  });
});

describe('neighbourRadii', () => {
  it.each([1, 5])('is the k-th smallest distance from another row, k = %i', (k) => {
    const a = normalFeatures(4, 140, 3);
    const expected = Array.from({ length: 140 }, (_, i) => {
      const others = Array.from({ length: 140 }, (_, j) => j).filter((j) => j !== i);
      return others.map((j) => squared(a, i, a, j)).sort((x, y) => x - y)[k - 1];
    });
    expect([...neighbourRadii(a, k)]).toEqual(expected);
  });

  it('counts a duplicate as a neighbour at distance 0', () => {
    const a = normalFeatures(5, 10, 2);
    const doubled = inOrder(a, [...Array(10).keys(), ...Array(10).keys()]);
    expect([...neighbourRadii(doubled, 1)]).toEqual(Array.from({ length: 20 }, () => 0));
    expect([...neighbourRadii(doubled, 2)].every((radius) => radius > 0)).toBe(true);
  });
});
