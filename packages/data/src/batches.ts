import { RandomStream } from '@kindred/random';
import { exampleSize } from './splits/rows.ts';
import type { Labels, Split } from './types.ts';

export interface Batch {
  /** [batchSize, ...shape]. The same array in every batch: copy what must outlive the next call. */
  readonly examples: Float32Array;
  /** [batchSize]; the same array in every batch. Null where the split has no labels. */
  readonly labels: Labels | null;
  /** The epoch of the batch's first example, from 0. */
  readonly epoch: number;
}

/** An endless row of batches. */
export interface Batches {
  readonly batchSize: number;
  /** Examples handed out so far, over all epochs. */
  readonly examplesSeen: number;
  /** The next batch, always full. */
  next(): Batch;
}

export interface BatchOptions {
  /** Examples per batch, at least 1; may exceed the split. */
  readonly batchSize: number;
  /** The same seed gives the same batches. */
  readonly seed: number;
}

/**
 * Shuffled batches of a split, without end. Each epoch shows every example exactly once, in an order of its own that depends
 * on the seed, the split's name and the epoch alone. Nothing is dropped: a batch that reaches the end of an epoch is filled
 * up from the start of the next, so it may show an example twice.
 *
 * @throws RangeError where batchSize is no positive integer or the split is empty
 */
export function batches(split: Split, { batchSize, seed }: BatchOptions): Batches {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batches: batchSize must be a positive integer, got ${batchSize}; pass one such as 64.`);
  }
  if (split.count === 0) {
    throw new RangeError(`batches: the ${split.name} split is empty; nothing can be drawn from it.`);
  }
  const size = exampleSize(split.spec);
  const examples = new Float32Array(batchSize * size);
  const classOf = split.labels;
  const labels = classOf && (classOf instanceof Uint16Array ? new Uint16Array(batchSize) : new Uint8Array(batchSize));
  const order = new Int32Array(split.count);
  let seen = 0;

  const shuffle = (epoch: number) => {
    for (let i = 0; i < order.length; i++) order[i] = i;
    new RandomStream(seed, 'batches', split.name, epoch).shuffle(order);
  };

  return {
    batchSize,
    get examplesSeen() {
      return seen;
    },
    next() {
      const epoch = Math.floor(seen / split.count);
      for (let filled = 0; filled < batchSize;) {
        const start = seen % split.count;
        if (start === 0) shuffle(seen / split.count);
        const indices = order.subarray(start, start + batchSize - filled);
        split.gather(indices, examples.subarray(filled * size, (filled + indices.length) * size));
        if (labels) gatherLabels(classOf, indices, labels, filled);
        filled += indices.length;
        seen += indices.length;
      }
      return { examples, labels, epoch };
    },
  };
}

function gatherLabels(classOf: Labels, indices: Int32Array, target: Labels, at: number): void {
  for (let i = 0; i < indices.length; i++) target[at + i] = classOf[indices[i] as number] as number;
}
