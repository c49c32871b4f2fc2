import { RandomStream } from '@kindred/random';
import { binarise, binariseSplit } from './binarise.ts';
import { dequantise } from './dequantise.ts';
import { emptyLike } from './splits/pick.ts';
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

export const binarisations = ['none', 'static', 'dynamic'] as const;
/**
 * How images become zeros and ones: not at all; drawn once, see `binariseSplit`; or drawn anew whenever an example is handed
 * out, see `binarise`. Likelihoods under static and dynamic binarisation do not compare.
 */
export type Binarisation = (typeof binarisations)[number];

export const dequantisations = ['none', 'uniform'] as const;
/** Whether images stay byte / 255, or become (byte + u) / 256 in [0, 1) with u drawn anew each time, see `dequantise`. */
export type Dequantisation = (typeof dequantisations)[number];

export interface BatchOptions {
  /** Examples per batch, at least 1; may exceed the split. */
  readonly batchSize: number;
  /** The same seed gives the same batches. */
  readonly seed: number;
  /** 'none' unless given. */
  readonly binarise?: Binarisation;
  /** 'none' unless given. */
  readonly dequantise?: Dequantisation;
  /**
   * Of static binarisation: the seed of its one draw, so that trials with other seeds can see the same bits. `seed` unless
   * given.
   */
  readonly dataSeed?: number;
}

/**
 * Shuffled batches of a split, without end. Each epoch shows every example exactly once, in an order of its own that depends
 * on the seed, the split's name and the epoch alone. Nothing is dropped: a batch that reaches the end of an epoch is filled
 * up from the start of the next, so it may show an example twice. Bits and noise come from streams of their own in the order of
 * examples, so they do not depend on the size of batches either.
 *
 * Beside the split it holds one batch and four bytes per example; static binarisation holds the bits too, an eighth of a byte each.
 *
 * @returns [batchSize, ...shape] floats at a time: in the spec's range, 0 and 1 where binarised, in [0, 1) where dequantised
 * @throws RangeError where batchSize is no positive integer, the split is empty, or the options do not go together
 * @throws TypeError where data other than images is to be binarised or dequantised
 */
export function batches(split: Split, options: BatchOptions): Batches {
  const { batchSize, seed } = options;
  checkSizes(split, batchSize);
  const { source, convert } = conversion(split, options);
  const size = exampleSize(split.spec);
  const examples = new Float32Array(batchSize * size);
  const classOf = split.labels;
  const labels = classOf && emptyLike(classOf, batchSize);
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
        source.gather(indices, examples.subarray(filled * size, (filled + indices.length) * size));
        if (labels) gatherLabels(classOf, indices, labels, filled);
        filled += indices.length;
        seen += indices.length;
      }
      convert(examples);
      return { examples, labels, epoch };
    },
  };
}

function checkSizes(split: Split, batchSize: number): void {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batches: batchSize must be a positive integer, got ${batchSize}; pass one such as 64.`);
  }
  if (split.count === 0) {
    throw new RangeError(
      `batches: the ${split.name} split is empty, expected at least one example to draw; pass another split.`,
    );
  }
}

/** Where examples are read from, and what is done to a batch of them, in place. */
interface Conversion {
  readonly source: Split;
  readonly convert: (examples: Float32Array) => void;
}

function conversion(split: Split, options: BatchOptions): Conversion {
  checkConversion(split, options);
  const { seed, dataSeed = seed } = options;
  const asTheyAre = () => {};
  if (options.binarise === 'static') return { source: binariseSplit(split, { seed: dataSeed }), convert: asTheyAre };
  if (options.binarise === 'dynamic') {
    const stream = new RandomStream(seed, 'batches', split.name, 'binarisation');
    return { source: split, convert: (examples) => binarise(examples, stream, examples) };
  }
  if (options.dequantise === 'uniform') {
    const stream = new RandomStream(seed, 'batches', split.name, 'dequantisation');
    return { source: split, convert: (examples) => dequantise(examples, stream, examples) };
  }
  return { source: split, convert: asTheyAre };
}

function checkConversion({ name, spec }: Split, options: BatchOptions): void {
  const { binarise: bits = 'none', dequantise: noise = 'none', dataSeed } = options;
  if (!binarisations.includes(bits)) {
    throw new RangeError(
      `batches: binarise must be one of ${binarisations.join(', ')}, got '${bits}'; choose one of these.`,
    );
  }
  if (!dequantisations.includes(noise)) {
    throw new RangeError(
      `batches: dequantise must be one of ${dequantisations.join(', ')}, got '${noise}'; choose one of these.`,
    );
  }
  if (bits !== 'none' && noise !== 'none') {
    throw new RangeError(
      `batches: binarise '${bits}' and dequantise '${noise}' do not go together, for bits are no bytes; choose one of them.`,
    );
  }
  if (dataSeed !== undefined && bits !== 'static') {
    throw new RangeError(`batches: dataSeed goes with binarise 'static' only, got '${bits}'; leave it out.`);
  }
  if (spec.kind !== 'image' && (bits !== 'none' || noise !== 'none')) {
    throw new TypeError(
      `batches: the ${name} split holds ${spec.kind} data, expected images to ${bits === 'none' ? 'dequantise' : 'binarise'}; leave that option out.`,
    );
  }
}

function gatherLabels(classOf: Labels, indices: Int32Array, target: Labels, at: number): void {
  for (let i = 0; i < indices.length; i++) target[at + i] = classOf[indices[i] as number] as number;
}
