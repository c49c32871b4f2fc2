import { RandomStream } from '@kindred/random';
import type { Amount } from '../dataset-name.ts';
import { defineDataset, type StoredDataset, type StoredSplit } from '../define-dataset.ts';
import { pickLabels, pickRows } from './pick.ts';
import { checkedIndex, checkedRange, checkedTarget } from './rows.ts';

/**
 * The dataset with part of its train split only. Each class keeps its share, within one example; for the same seed the
 * examples of a smaller subset are among those of a larger one. They stay in the order they were in.
 *
 * @param dataset its name is kept
 * @param amount a count of at most the train split's; a fraction gives the nearest whole number, at least 1
 * @throws RangeError where the count is no whole number in 1 ... the train split's
 */
export function subsetOf(dataset: StoredDataset, amount: Amount, seed: number): StoredDataset {
  const { train } = dataset.splits;
  const count = 'count' in amount ? amount.count : Math.max(1, Math.round(amount.fraction * train.count));
  if (!Number.isSafeInteger(count) || count > train.count || count < 1) {
    throw new RangeError(
      `${dataset.name}: ${count} train examples asked for, expected 1 ... ${train.count}; the train split has ${train.count}.`,
    );
  }
  const chosen = ranked(train, new RandomStream(seed, 'subset')).subarray(0, count).toSorted();
  return defineDataset({ ...dataset, splits: { ...dataset.splits, train: rowsOf(train, chosen) } });
}

/**
 * All examples, such that each class has its share of every beginning: the k-th of n examples of a class, in random order,
 * comes at (k + 1/2) / n.
 */
function ranked({ count, labels, spec }: StoredSplit, stream: RandomStream): Int32Array {
  const pools = Array.from({ length: Math.max(1, spec.classes) }, (): number[] => []);
  for (let i = 0; i < count; i++) pools[labels?.[i] ?? 0]?.push(i);
  const keys = new Float64Array(count);
  for (const [label, pool] of pools.entries()) {
    stream.derive('class', label).shuffle(pool);
    for (const [place, example] of pool.entries()) keys[example] = (place + 0.5) / pool.length;
  }
  return Int32Array.from(keys.keys()).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}

/** The examples at `chosen` as a split of their own, which reads them through the one it is part of. */
function rowsOf(split: StoredSplit, chosen: Int32Array): StoredSplit {
  const { name, spec, labels } = split;
  const extent = { name, spec, count: chosen.length };
  return {
    ...extent,
    labels: labels && pickLabels(labels, chosen),
    stored: pickRows(split.stored, chosen, split.stored.length / split.count),
    floats(from = 0, to = extent.count, target) {
      return split.gather(chosen.subarray(from, to), checkedRange(extent, from, to, target));
    },
    gather(indices, target) {
      const outer = indices.map((_, row) => chosen[checkedIndex(extent, indices, row)] ?? 0);
      return split.gather(outer, checkedTarget(extent, indices.length, target));
    },
  };
}
