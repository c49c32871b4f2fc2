import { checkImages, planeOf, type Images } from './images.ts';

/**
 * The pixels that a pixel's context is made of, as [down, right] of it: the four neighbours of JPEG-LS. They are above it, or before it in
 * its line, so a decoder knows them. Few contexts are learned within one image; wider templates, as the ten pixels of JBIG, are for pages.
 */
const template = [
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [0, -1],
] as const;

/**
 * The complexity of binary images in nats, [count]: the length of each one's code by an adaptive lossless coder that knows nothing before
 * the image begins. Every channel is coded line by line. A pixel is coded by what followed the same context c before in that channel:
 *
 *     nats = - sum over pixels of ln((n(c, pixel) + 1/2) / (n(c, 0) + n(c, 1) + 1))
 *
 * Contexts are the four neighbours that come before a pixel, where those beyond the edges are 0, and the probabilities are Krichevsky and
 * Trofimov's. It is the ideal code length: that of an arithmetic coder without its rounding. A model's negative log-likelihood less this is what the
 * image costs beyond its complexity, so that plain images, which are probable under any model, do not count as normal for that alone.
 *
 * @param images of 0 and 1 only, at least one
 * @throws RangeError when images are malformed or not binary
 * @see Serrà et al. 2020, "Input complexity and out-of-distribution detection with likelihood-based generative models", arXiv:1909.11480;
 * ITU-T T.87 (JPEG-LS) for the neighbours; Krichevsky and Trofimov 1981, "The performance of universal encoding"
 */
export function inputComplexity(images: Images): Float64Array {
  checkImages(images, { metric: 'inputComplexity', subject: 'images', minimumCount: 1, minimumSide: 1 });
  const at = images.data.findIndex((value) => value !== 0 && value !== 1);
  if (at >= 0) {
    throw new RangeError(
      `inputComplexity: images: expected 0 and 1 only, got ${images.data[at]} at ${at}; binarise them first.`,
    );
  }
  const { count, shape } = images;
  const nats = new Float64Array(count);
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < shape[2]; channel++) {
      nats[image] = (nats[image] ?? 0) + codeLength(planeOf(images, image, channel), shape[0], shape[1]);
    }
  }
  return nats;
}

/** Nats of one channel [height, width]. */
function codeLength(plane: Float64Array, height: number, width: number): number {
  const seen = new Uint32Array(2 << template.length); // of each context, how often 0 and 1 followed it
  let nats = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const zeros = 2 * contextOf(plane, width, x, y);
      const place = zeros + (plane[y * width + x] ?? 0);
      const own = seen[place] ?? 0;
      const all = (seen[zeros] ?? 0) + (seen[zeros + 1] ?? 0);
      nats -= Math.log((own + 0.5) / (all + 1));
      seen[place] = own + 1;
    }
  }
  return nats;
}

/** The pixels of the template around a place, as the digits of a binary number. */
function contextOf(plane: Float64Array, width: number, x: number, y: number): number {
  let context = 0;
  for (const [down, right] of template) {
    const [row, column] = [y + down, x + right];
    const inside = row >= 0 && column >= 0 && column < width;
    context = 2 * context + (inside ? (plane[row * width + column] ?? 0) : 0);
  }
  return context;
}
