import type { RandomStream } from '@kindred/random';
import { splitNames } from '../types.ts';
import type { Labels, SplitName } from '../types.ts';

export interface Stratification {
  /** Class of each example, in 0 ... classes - 1. */
  readonly labels: Labels;
  readonly classes: number;
  /** Examples per split; together at most as many as there are labels. The rest is left out. */
  readonly sizes: Readonly<Record<SplitName, number>>;
}

/**
 * Divides examples among the splits so that each class has the same share in all of them, as nearly as whole examples allow.
 * Returns the places of each split's examples, in random order; no place is given twice.
 *
 * The smaller splits choose first: what rounding moves there is a smaller part of the larger train split.
 *
 * @throws RangeError where the sizes exceed the examples, or a label is no class
 */
export function stratify(
  { labels, classes, sizes }: Stratification,
  stream: RandomStream,
): Record<SplitName, Int32Array> {
  const wanted = splitNames.reduce((sum, name) => sum + sizes[name], 0);
  if (wanted > labels.length) {
    throw new RangeError(`stratify: the splits want ${wanted} examples of ${labels.length}; lower their sizes.`);
  }
  let pools = Array.from({ length: classes }, (): number[] => []);
  for (const [place, label] of labels.entries()) {
    const pool = pools[label];
    if (!pool)
      throw new RangeError(
        `stratify: label ${label} at place ${place} is outside 0 ... ${classes - 1}; correct it, or raise classes.`,
      );
    pool.push(place);
  }
  for (const [label, pool] of pools.entries()) stream.derive('class', label).shuffle(pool);
  const take = (name: SplitName): Int32Array => {
    const shares = apportion(
      pools.map(({ length }) => length),
      sizes[name],
    );
    const taken = pools.flatMap((pool, label) => pool.slice(0, shares[label]));
    pools = pools.map((pool, label) => pool.slice(shares[label]));
    return stream.derive('order', name).shuffle(Int32Array.from(taken));
  };
  const test = take('test');
  const validation = take('validation');
  return { train: take('train'), validation, test };
}

/**
 * Divides `total` whole seats in proportion to integer `weights`, by largest remainders (Hamilton's method): every share is its
 * exact quota rounded down or up, and the shares add up to `total`. Ties go to the earlier weight.
 */
export function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((partial, weight) => partial + weight, 0) || 1; // nothing to share: every quota is 0
  const shares = weights.map((weight) => Math.floor((weight * total) / sum));
  const left = total - shares.reduce((partial, share) => partial + share, 0);
  const byRemainder = weights
    .map((weight, place) => ({ place, remainder: (weight * total) % sum }))
    .sort((a, b) => b.remainder - a.remainder || a.place - b.place);
  for (const { place } of byRemainder.slice(0, left)) shares[place] = (shares[place] ?? 0) + 1;
  return shares;
}
