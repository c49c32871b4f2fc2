import { checkImages, planeOf, type Images } from './images.ts';

/**
 * The pixels that a pixel's context is made of, as [down, right] of it: the ten of JBIG's template of three lines. All are above it, or
 * before it in its line.
 */
const template = [
  [-2, -1],
  [-2, 0],
  [-2, 1],
  [-1, -2],
  [-1, -1],
  [-1, 0],
  [-1, 1],
  [-1, 2],
  [0, -2],
  [0, -1],
] as const;

/** An autoregressive model of binary images that sees nothing but a pixel's neighbours. */
export interface LocalModel {
  /**
   * Negative log-likelihoods in nats, [count].
   *
   * @throws RangeError when images are malformed or not binary, or have other channels than those that it was fitted to
   */
  negativeLogLikelihoods(images: Images): Float64Array;
}

/**
 * Fits the local model to binary images. A pixel is 1 with the share of ones that followed its context c in the images, of its channel:
 *
 *     p(pixel | c) = (n(c, pixel) + 1/2) / (n(c, 0) + n(c, 1) + 1)
 *
 * The context is the ten neighbours of JBIG's template, where pixels beyond the edges are 0; the halves are Krichevsky and Trofimov's. It
 * knows the strokes that images are made of, and nothing of what they make up. So a model's log-likelihood less that of this one, a
 * likelihood ratio with a model of the background, says how well the model knows an image beyond its strokes: plain images, which have a
 * high likelihood under any model, do not count as normal for that alone.
 *
 * @param images of 0 and 1 only, at least one
 * @returns the model, for images of any size with as many channels
 * @throws RangeError when images are malformed or not binary
 * @see Ren et al. 2019, arXiv:1906.02845, for the ratio; Zhang et al. 2021, arXiv:2109.02639, for a local model in it; ITU-T T.82 (JBIG)
 * for the template; Krichevsky and Trofimov 1981, "The performance of universal encoding"
 */
export function fitLocalModel(images: Images): LocalModel {
  checkBinary('fitLocalModel', images);
  const channels = images.shape[2];
  const counts = Array.from({ length: channels }, () => new Float64Array(2 << template.length).fill(0.5));
  walk(images, ({ channel, place }) => {
    const own = counts[channel];
    if (own) own[place] = (own[place] ?? 0) + 1;
  });
  return {
    negativeLogLikelihoods(asked) {
      checkBinary('negativeLogLikelihoods', asked);
      if (asked.shape[2] !== channels) {
        throw new RangeError(
          `negativeLogLikelihoods: images: expected ${channels} channels, got ${asked.shape[2]}; fit the model to such images.`,
        );
      }
      const nats = new Float64Array(asked.count);
      walk(asked, ({ image, channel, place }) => {
        const own = counts[channel];
        const count = own?.[place] ?? 0;
        const both = count + (own?.[place ^ 1] ?? 0);
        nats[image] = (nats[image] ?? 0) - Math.log(count / both);
      });
      return nats;
    },
  };
}

/** Where a pixel counts: 2 * its context + its value. */
interface Visit {
  readonly image: number;
  readonly channel: number;
  readonly place: number;
}

function walk(images: Images, visit: (visit: Visit) => void): void {
  const [height, width, channels] = images.shape;
  for (let image = 0; image < images.count; image++) {
    for (let channel = 0; channel < channels; channel++) {
      const plane = planeOf(images, image, channel);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          visit({ image, channel, place: 2 * contextOf(plane, width, x, y) + (plane[y * width + x] ?? 0) });
        }
      }
    }
  }
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

function checkBinary(metric: string, images: Images): void {
  checkImages(images, { metric, subject: 'images', minimumCount: 1, minimumSide: 1 });
  const at = images.data.findIndex((value) => value !== 0 && value !== 1);
  if (at < 0) return;
  throw new RangeError(
    `${metric}: images: expected 0 and 1 only, got ${images.data[at]} at ${at}; binarise them first.`,
  );
}
