import { createHash } from 'node:crypto';
import { RandomStream } from '@kindred/random';
import type { Amount } from '../dataset-name.ts';
import type { Dataset, Labels, Split } from '../types.ts';
import { chosenSplit } from './chosen-split.ts';

/**
 * The dataset with part of its train split only; validation and test stay whole, so that scores compare. The examples of a
 * smaller subset are among those of a larger one of the same seed, and each class has its share of all of them: its quota,
 * rounded down or up. Without labels the examples are a random choice, nested as well.
 *
 * The subset reads its examples through a list of places, four bytes each; nothing is copied. Its name is that of the dataset
 * with the count, `mnist@1000`, however the amount was given: the same examples have the same name and hash.
 *
 * @param amount examples of the train split to keep; a fraction gives the nearest whole number, at least 1
 * @param seed decides which
 * @throws RangeError where the count is no whole number in 1 ... the train split's count, or the fraction is outside (0, 1]
 */
export function subsetOf(dataset: Dataset, amount: Amount, seed: number): Dataset {
  const { train } = dataset.splits;
  const count = countOf(dataset.name, amount, train.count);
  const places = nestedOrder(train, count, new RandomStream(seed, 'subset', dataset.name));
  const name = `${dataset.name}@${count}`;
  const hash = createHash('sha256').update(JSON.stringify({ name, whole: dataset.hash, count }));
  hash.update(new Uint8Array(places.buffer, places.byteOffset, places.byteLength));
  return {
    ...dataset,
    name,
    splits: { ...dataset.splits, train: chosenSplit(train, places) },
    hash: hash.digest('hex'),
  };
}

/**
 * The number of examples that an amount asks for, of those that there are.
 *
 * @param name of the dataset, for messages
 * @throws RangeError as `subsetOf` does
 */
export function countOf(name: string, amount: Amount, available: number): number {
  if ('fraction' in amount) {
    const { fraction } = amount;
    if (!(fraction > 0 && fraction <= 1)) {
      throw new RangeError(`subset of ${name}: fraction must be in (0, 1], got ${fraction}; pass one such as 0.1.`);
    }
    return Math.max(1, Math.round(fraction * available));
  }
  if (!Number.isSafeInteger(amount.count) || amount.count < 1 || amount.count > available) {
    throw new RangeError(
      `subset of ${name}: ${amount.count} train examples asked for, expected a whole number in 1 ... ${available}, the examples that there are; lower it.`,
    );
  }
  return amount.count;
}

/**
 * The first `count` places of an order of the whole split in which every beginning, of n examples say, holds each class's
 * quota n w / N rounded down or up (w of the N examples are of the class). Largest remainders cannot be nested: with one more
 * example a class may lose one.
 *
 * The j-th example of a class may come as soon as its quota exceeds j - 1, and must come by the time that its quota reaches
 * j. To take, of all classes that may, the one that must first, keeps every deadline, since the windows are those of a fair
 * schedule on one processor. Classes that must at the same time take turns in a random order; within a class the order is
 * random.
 *
 * @see Tijdeman 1980, "The chairman assignment problem"; Baruah et al. 1996, "Proportionate progress: a notion of fairness in
 * resource allocation"
 */
function nestedOrder({ count: total, labels, spec }: Split, count: number, stream: RandomStream): Int32Array {
  if (!labels || spec.classes === 0) return stream.permutation(total).slice(0, count);
  const pools = poolsOf(labels, spec.classes);
  for (const [label, pool] of pools.entries()) stream.derive('class', label).shuffle(pool);
  const turns = Array.from(stream.derive('turns').permutation(spec.classes), (label) => pools[label] ?? []).filter(
    ({ length }) => length > 0,
  );
  const weights = Int32Array.from(turns, ({ length }) => length);
  const taken = new Int32Array(turns.length);
  const order = new Int32Array(count);
  for (let n = 1; n <= count; n++) {
    let chosen = -1;
    let first = Infinity;
    for (let turn = 0; turn < turns.length; turn++) {
      const weight = weights[turn] as number;
      const held = taken[turn] as number;
      if (n * weight <= held * total) continue; // whole numbers below 2^53: exact
      const deadline = Math.ceil(((held + 1) * total) / weight);
      if (deadline < first) {
        first = deadline;
        chosen = turn;
      }
    }
    order[n - 1] = turns[chosen]?.[taken[chosen] ?? 0] ?? 0;
    taken[chosen] = (taken[chosen] ?? 0) + 1;
  }
  return order;
}

/** The places of each class's examples. */
function poolsOf(labels: Labels, classes: number): number[][] {
  const pools = Array.from({ length: classes }, (): number[] => []);
  for (const [place, label] of labels.entries()) {
    const pool = pools[label];
    if (!pool)
      throw new RangeError(
        `subset: label ${label} at place ${place} is outside 0 ... ${classes - 1}; correct it, or the classes of the spec.`,
      );
    pool.push(place);
  }
  return pools;
}
