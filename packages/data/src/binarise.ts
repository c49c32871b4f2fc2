import { RandomStream } from '@kindred/random';
import { imageSplit } from './splits/image-split.ts';
import { exampleSize } from './splits/rows.ts';
import type { Split } from './types.ts';

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
    `${subject}: the target holds ${target.length} floats, expected ${images.length} as the images.`,
  );
}

/** Images converted at a time, to keep the floats in between small. */
const block = 500;

/**
 * Binarises a split of images once and for all: static binarisation. The draw depends on the seed and the split's name alone;
 * it is our own, not the file of binarised digits that Larochelle and Murray's results are stated on.
 *
 * @returns a split of the same images and labels whose intensities are 0 and 1 only
 * @throws TypeError where the split is not of images
 * @see Larochelle and Murray 2011, "The neural autoregressive distribution estimator"
 */
export function binariseSplit(split: Split, { seed }: { readonly seed: number }): Split {
  const { name, spec, count } = split;
  if (spec.kind !== 'image') {
    throw new TypeError(
      `binariseSplit: the ${name} split holds ${spec.kind} data, expected images; pass an image dataset.`,
    );
  }
  const size = exampleSize(split.spec);
  const stream = new RandomStream(seed, 'binarise', name);
  const pixels = new Uint8Array(count * size);
  for (let from = 0; from < count; from += block) {
    const images = split.floats(from, Math.min(from + block, count));
    binarise(images, stream, images);
    for (let i = 0; i < images.length; i++) pixels[from * size + i] = 255 * (images[i] as number);
  }
  return imageSplit({ name, spec, pixels, labels: split.labels, factors: split.factors ?? null });
}
