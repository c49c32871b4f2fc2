import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { inOrder, normalFeatures } from '../testing/random-features.ts';
import { trickySets } from '../testing/tricky-sets.ts';
import type { Features } from '../features.ts';
import { prepareRows } from './distance-blocks.ts';
import { nearestAmong, nearestOthers, neighbourRadii, neighbourRadiiOf } from './nearest-neighbours.ts';

function squared(a: Features, i: number, b: Features, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.columns; k++) sum += (a.data[i * a.columns + k]! - b.data[j * b.columns + k]!) ** 2;
  return sum;
}

/** All squared distances of row i of `a` from the rows of `b`, but for row `without`. */
const distancesFrom = (a: Features, i: number, b: Features, without = -1): number[] =>
  Array.from({ length: b.rows }, (_, j) => (j === without ? Infinity : squared(a, i, b, j)));

const radii = async (a: Features, k: number): Promise<number[]> => {
  const [prepared] = prepareRows([a]);
  return [...(await neighbourRadii(prepared!, k))];
};

const kthOther = (a: Features, k: number): number[] =>
  Array.from({ length: a.rows }, (_, i) => Float64Array.from(distancesFrom(a, i, a, i)).sort()[k - 1]!);

/** What a row's nearest rows are, by the definition. */
function nearestOf(distances: readonly number[], split: number) {
  const distance = Math.min(...distances);
  const ties = distances.flatMap((value, j) => (value === distance ? [j] : []));
  return {
    distance,
    index: ties[0],
    before: ties.filter((j) => j < split).length,
    after: ties.filter((j) => j >= split).length,
  };
}

const unzipped = ({ distances, indices, before, after }: Awaited<ReturnType<typeof nearestAmong>>) =>
  Array.from(distances, (distance, i) => ({ distance, index: indices[i], before: before[i], after: after[i] }));

describe.each(Object.entries(trickySets))('on features that are %s', (_, make) => {
  it.each([1, 4, 40])(
    'neighbourRadii is the k-th smallest distance from another row to the last bit, k = %i',
    async (k) => {
      const a = make(3, 150);
      expect(await radii(a, k)).toEqual(kthOther(a, k));
    },
  );

  it.each([1, 4])('neighbourRadiiOf some rows are the radii that they have among all, k = %i', async (k) => {
    const a = make(3, 150);
    const [prepared] = prepareRows([a]);
    const chosen = Int32Array.of(149, 0, 7, 8, 9, 77);
    const all = await neighbourRadii(prepared!, k);
    expect(await neighbourRadiiOf(prepared!, chosen, k)).toEqual(Float64Array.from(chosen, (row) => all[row]!));
  });

  it('nearestAmong and nearestOthers are the definition, ties and all', async () => {
    const [a, b] = [make(4, 70), make(5, 130)];
    const [left, right] = prepareRows([a, b]);
    expect(unzipped(await nearestAmong(left!, right!))).toEqual(
      Array.from({ length: 70 }, (_, i) => nearestOf(distancesFrom(a, i, b), 0)),
    );
    expect(unzipped(await nearestOthers(right!, 50))).toEqual(
      Array.from({ length: 130 }, (_, i) => nearestOf(distancesFrom(b, i, b, i), 50)),
    );
  });
});

describe('neighbourRadii', () => {
  it('is exact beyond one block, in whatever order the rows come', async () => {
    const a = normalFeatures(3, 2300, 3);
    const expected = kthOther(a, 5);
    const order = new RandomStream(1).permutation(2300);
    expect(await radii(a, 5)).toEqual(expected);
    expect(await radii(inOrder(a, order), 5)).toEqual(Array.from(order, (row) => expected[row]));
    // Nearest last: each distance that comes is smaller than those before.
    const outside = Array.from(order).sort((i, j) => squared(a, j, a, 0) - squared(a, i, a, 0));
    expect(await radii(inOrder(a, outside), 5)).toEqual(outside.map((row) => expected[row]));
  });

  it('turns to tiles within a set whose products decide nothing, and is exact still', async () => {
    const a = trickySets['duplicated many times']!(1, 1100);
    expect(await radii(a, 600)).toEqual(kthOther(a, 600));
  });

  it('counts a duplicate as a neighbour at distance 0', async () => {
    const a = normalFeatures(5, 10, 2);
    const doubled = inOrder(a, [...Array(10).keys(), ...Array(10).keys()]);
    expect(await radii(doubled, 1)).toEqual(Array.from({ length: 20 }, () => 0));
    expect((await radii(doubled, 2)).every((radius) => radius > 0)).toBe(true);
  });
});
