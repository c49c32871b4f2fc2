import type { Labels, Split } from '../types.ts';
import { checkedIndex, checkedRange, checkedTarget } from './rows.ts';

/** The examples at `places` as a split of their own, which reads them from `split`: nothing but labels and factors is copied. */
export function chosenSplit(split: Split, places: Int32Array): Split {
  const { name, spec, labels, factors } = split;
  const extent = { name, spec, count: places.length };
  return {
    ...extent,
    labels: labels && chosenRows(labels, 1, places),
    factors: factors ? { ...factors, values: chosenRows(factors.values, factors.names.length, places) } : null,
    floats(from = 0, to = extent.count, target) {
      const checked = checkedRange(extent, from, to, target);
      return split.gather(places.subarray(from, to), checked);
    },
    gather(indices, target) {
      checkedTarget(extent, indices.length, target);
      const chosen = new Int32Array(indices.length);
      for (let row = 0; row < indices.length; row++) chosen[row] = places[checkedIndex(extent, indices, row)] as number;
      return split.gather(chosen, target);
    },
  };
}

/** The rows at `places` of an array of [count, width], as an array of the same type. */
function chosenRows<T extends Labels>(rows: T, width: number, places: Int32Array): T {
  const chosen = rows.slice(0, places.length * width) as T;
  for (const [row, place] of places.entries())
    chosen.set(rows.subarray(place * width, (place + 1) * width), row * width);
  return chosen;
}
