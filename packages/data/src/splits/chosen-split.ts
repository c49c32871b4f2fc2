import type { Split } from '../types.ts';
import { pickRows } from './pick.ts';
import { checkedIndex, checkedRange, checkedTarget } from './rows.ts';

/** The examples at `places` as a split of their own, which reads them from `split`: nothing but labels and factors is copied. */
export function chosenSplit(split: Split, places: Int32Array): Split {
  const { name, spec, labels, factors } = split;
  const extent = { name, spec, count: places.length };
  return {
    ...extent,
    labels: labels && pickRows(labels, places, 1),
    factors: factors ? { ...factors, values: pickRows(factors.values, places, factors.names.length) } : null,
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
