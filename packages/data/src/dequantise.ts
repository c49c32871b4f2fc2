import type { RandomStream } from '@kindred/random';
import { checkLengths } from './binarise.ts';

/** Steps of the noise between two bytes. */
const steps = 2 ** 16;

/** How far from a whole number 255 times an intensity may be: float32 rounds byte / 255 by less than 1e-5 of a byte. */
const tolerance = 1e-3;

/**
 * Uniform dequantisation: an intensity byte / 255 becomes (byte + u) / 256 with u uniform in [0, 1), a number in [0, 1). A
 * density of these averages to a lower bound on the mass of the bytes: ln P(byte) >= E[ln p(x)] - ln 256 for each intensity.
 *
 * u is a multiple of 2^-16, so that the result is exact in float32 and never rounds up to 1.
 *
 * @param images intensities that are bytes divided by 255, of any shape
 * @param stream where the noise comes from; it moves on
 * @param target as long as `images`, and may be `images` itself; a fresh array unless given
 * @returns target
 * @throws RangeError on an intensity that is no byte / 255, NaN included, or a target of another length
 * @see Theis et al. 2016, "A note on the evaluation of generative models", arXiv:1511.01844
 */
export function dequantise(
  images: Float32Array,
  stream: RandomStream,
  target: Float32Array = new Float32Array(images.length),
): Float32Array {
  checkLengths('dequantise', images, target);
  for (let i = 0; i < images.length; i++) {
    const scaled = 255 * (images[i] as number);
    const byte = Math.round(scaled);
    if (!(byte >= 0 && byte <= 255 && Math.abs(scaled - byte) < tolerance)) {
      throw new RangeError(
        `dequantise: intensity ${images[i]} at place ${i} is no byte divided by 255; pass images as they were read.`,
      );
    }
    target[i] = (byte + Math.floor(stream.uniform() * steps) / steps) / 256;
  }
  return target;
}
