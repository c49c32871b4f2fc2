import { RandomStream } from '@kindred/random';
import { bitSplit, bytesPerRow, packBits } from './splits/bit-split.ts';
import { exampleSize } from './splits/rows.ts';
import type { ImageSpec, Split } from './types.ts';

/**
 * Binarises images: each pixel becomes 1 with a probability equal to its intensity, else 0. Drawn anew for every batch this
 * is dynamic binarisation; log-likelihoods under dynamic and static binarisation do not compare.
 *
 * Intensities of exactly 0 and 1 are certain and draw no number, so binary images pass unchanged.
 *
 * @param images intensities in 0 ... 1, of any shape
 * @param stream where the draws come from; it moves on
 * @param target as long as `images`, and may be `images` itself; a fresh array unless given
 * @returns target, of 0 and 1 only
 * @throws RangeError on an intensity outside 0 ... 1, NaN included, or a target of another length
 * @see Salakhutdinov and Murray 2008, "On the quantitative analysis of deep belief networks"
 */
export function binarise(
  images: Float32Array,
  stream: RandomStream,
  target: Float32Array = new Float32Array(images.length),
): Float32Array {
  checkLengths('binarise', images, target);
  for (let i = 0; i < images.length; i++) {
    const p = images[i] as number;
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(`binarise: intensity ${p} at place ${i} is outside 0 ... 1; rescale the images first.`);
    }
    target[i] = p === 1 || (p > 0 && stream.uniform() < p) ? 1 : 0;
  }
  return target;
}

/** Refuses a target that is not as long as the images. */
export function checkLengths(subject: string, images: Float32Array, target: Float32Array): void {
  if (target.length === images.length) return;
  throw new RangeError(
    `${subject}: the target holds ${target.length} floats, expected ${images.length} as the images; pass one of that length.`,
  );
}

/** Floats converted at a time, to keep those in between small. */
const block = 2 ** 15;

export interface BinariseSplitOptions {
  /** Decides the bits, together with the split's name. */
  readonly seed: number;
  /** Only the first so many examples, in 0 ... the split's count; all of them unless given. The rest is not read. */
  readonly count?: number;
}

/**
 * Binarises a split of images once and for all: static binarisation. The draw depends on the seed and the split's name alone, so
 * the first examples get the same bits whether or not the rest is binarised too; it is our own, not the file of binarised digits
 * that Larochelle and Murray's results are stated on.
 *
 * Beside the split it holds a bit for each value.
 *
 * @returns a split of the same images [count, height, width, channels], labels and factors, whose intensities are 0 and 1 only
 * @throws TypeError where the split is not of images; RangeError on a count that is no whole number in 0 ... the split's count
 * @see Larochelle and Murray 2011, "The neural autoregressive distribution estimator"
 */
export function binariseSplit(split: Split, { seed, count = split.count }: BinariseSplitOptions): Split {
  const { name, spec, labels, factors } = split;
  if (spec.kind !== 'image') {
    throw new TypeError(
      `binariseSplit: the ${name} split holds ${spec.kind} data, expected images; pass an image dataset.`,
    );
  }
  if (!Number.isInteger(count) || count < 0 || count > split.count) {
    throw new RangeError(
      `binariseSplit: count ${count} is no whole number in 0 ... ${split.count}, the examples of the ${name} split; lower it.`,
    );
  }
  return bitSplit({
    name,
    spec,
    count,
    bits: drawBits(split, spec, count, new RandomStream(seed, 'binarise', name)),
    labels: labels && labels.subarray(0, count),
    factors: factors ? { ...factors, values: factors.values.subarray(0, count * factors.names.length) } : null,
  });
}

/** The bits of the first `count` images, drawn in their order: [count, bytesPerRow] */
function drawBits(split: Split, spec: ImageSpec, count: number, stream: RandomStream): Uint8Array {
  const size = exampleSize(spec);
  const stride = bytesPerRow(spec);
  const bits = new Uint8Array(count * stride);
  const rows = Math.max(1, Math.floor(block / size));
  const buffer = new Float32Array(Math.min(rows, count) * size);
  for (let from = 0; from < count; from += rows) {
    const to = Math.min(from + rows, count);
    const images = split.floats(from, to, buffer.subarray(0, (to - from) * size));
    binarise(images, stream, images);
    for (let row = from; row < to; row++) packBits(images, (row - from) * size, size, bits, row * stride);
  }
  return bits;
}
