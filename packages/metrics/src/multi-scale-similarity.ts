import { RandomStream } from '@kindred/random';
import { checkImages, planeOf, type Images } from './images.ts';
import { structuralSimilarity, type Plane } from './structural-similarity.ts';

export interface MultiScaleSimilarityOptions {
  /** Pairs of images to compare; where there are no more in all, each is compared once. Default 1 000. */
  readonly pairs?: number;
  /** Seed of the choice of pairs. Default 0. */
  readonly seed?: number;
}

export interface MultiScaleSimilarity {
  /** Mean MS-SSIM over pairs, 0 ... 1: lower is more diverse. Compare it with that of real images; 1 is one image over and over. */
  readonly similarity: number;
  /** How many scales the images' size allows, 1 ... 5: values at different numbers of scales do not compare. */
  readonly scales: number;
}

/** Exponents of the scales, the finest first; where there are fewer scales, the first ones divided by their sum. */
const exponents = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** A scale is used where both sides are at least this long. */
const smallestSide = 11;

/**
 * How alike the images of one set are: the mean over random pairs of different images of their multi-scale structural similarity.
 * Per pair and channel it is the product over scales of the mean contrast-structure term (at the coarsest scale the whole SSIM
 * index), each to its exponent, negative means taken as 0; then the mean over channels. From one scale to the next, 2 x 2 pixels
 * become their mean; an odd last row or column is dropped. 28 x 28 pixels have 2 scales, 176 x 176 all 5.
 *
 * @param images at least two, of at least 3 x 3 pixels, intensities in 0 ... 1
 * @throws RangeError when images are malformed, too small or not finite, or when `pairs` is no positive integer
 * @see Wang et al. 2003, "Multi-scale structural similarity for image quality assessment"; Odena et al. 2017, arXiv:1610.09585
 */
export function multiScaleSimilarity(
  images: Images,
  { pairs = 1000, seed = 0 }: MultiScaleSimilarityOptions = {},
): MultiScaleSimilarity {
  checkImages(images, { metric: 'multiScaleSimilarity', subject: 'images', minimumCount: 2, minimumSide: 3 });
  if (!Number.isInteger(pairs) || pairs < 1) {
    throw new RangeError(`multiScaleSimilarity: pairs must be a positive integer, got ${pairs}.`);
  }
  const scales = scalesOf(images.shape);
  const pyramids = new Map<number, Plane[][]>();
  const pyramidOf = (image: number): Plane[][] => {
    const known = pyramids.get(image) ?? pyramidsOf(images, image, scales);
    pyramids.set(image, known);
    return known;
  };
  const chosen = pairsOf(images.count, pairs, new RandomStream(seed, 'multi-scale-similarity'));
  const sum = chosen.reduce((total, [i, j]) => total + similarity(pyramidOf(i), pyramidOf(j)), 0);
  return { similarity: sum / chosen.length, scales };
}

function scalesOf([height, width]: Images['shape']): number {
  let scales = 1;
  while (scales < exponents.length && Math.floor(Math.min(height, width) / 2 ** scales) >= smallestSide) scales++;
  return scales;
}

function pairsOf(count: number, pairs: number, random: RandomStream): (readonly [number, number])[] {
  if ((count * (count - 1)) / 2 <= pairs) {
    return Array.from({ length: count }, (_, i) => Array.from({ length: i }, (_, j) => [i, j] as const)).flat();
  }
  return Array.from({ length: pairs }, () => {
    const first = random.integer(count);
    const other = random.integer(count - 1);
    return [first, other < first ? other : other + 1] as const;
  });
}

/** An image's planes at each scale, for each of its channels. */
function pyramidsOf(images: Images, image: number, scales: number): Plane[][] {
  const [height, width, channels] = images.shape;
  return Array.from({ length: channels }, (_, channel) => {
    const pyramid: Plane[] = [{ values: planeOf(images, image, channel), height, width }];
    for (let last = pyramid[0]; last && pyramid.length < scales; last = pyramid.at(-1)) pyramid.push(halved(last));
    return pyramid;
  });
}

function halved({ values, height, width }: Plane): Plane {
  const [h, w] = [Math.floor(height / 2), Math.floor(width / 2)];
  const means = Float64Array.from({ length: h * w }, (_, at) => {
    const corner = 2 * Math.floor(at / w) * width + 2 * (at % w);
    const below = corner + width;
    return ((values[corner] ?? 0) + (values[corner + 1] ?? 0) + (values[below] ?? 0) + (values[below + 1] ?? 0)) / 4;
  });
  return { values: means, height: h, width: w };
}

/** MS-SSIM of two images, mean over channels. */
function similarity(x: Plane[][], y: Plane[][]): number {
  const ofChannels = x.map((pyramid, channel) => {
    const used = exponents.slice(0, pyramid.length);
    const whole = used.reduce((sum, exponent) => sum + exponent, 0);
    return pyramid.reduce((product, plane, scale) => {
      const { whole: index, structure } = structuralSimilarity(plane, y[channel]?.[scale] ?? plane);
      const mean = scale === pyramid.length - 1 ? index : structure;
      return product * Math.max(mean, 0) ** ((used[scale] ?? 0) / whole);
    }, 1);
  });
  return ofChannels.reduce((sum, value) => sum + value, 0) / ofChannels.length;
}
