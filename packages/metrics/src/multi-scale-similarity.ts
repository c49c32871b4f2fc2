import { RandomStream } from '@kindred/random';
import { checkImages, checkIntensities, planeOf, type Images } from './images.ts';
import { SimilarityWindow, type SeenPlane } from './structural-similarity.ts';

/** How pairs of images are chosen. */
export interface MultiScaleSimilarityOptions {
  /** Pairs of images to compare; where there are no more in all, each is compared once. Default 1 000. */
  readonly pairs?: number;
  /** Seed of the choice of pairs. Default 0. */
  readonly seed?: number;
}

/** How alike images are, and on how many scales they were compared. */
export interface MultiScaleSimilarity {
  /** Mean MS-SSIM over pairs, 0 ... 1: lower is more diverse. Compare it with that of real images; 1 is one image over and over. */
  readonly similarity: number;
  /** How many scales the images' size allows, 1 ... 5: values at different numbers of scales do not compare. */
  readonly scales: number;
}

/** Exponents of the five scales as Wang et al. 2003 publish them, the finest first. They sum to 1.0001. */
const exponents = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
/** A scale is used where both sides are at least this long. */
const smallestSide = 11;
/** Images that were seen are kept, as long as they have no more than so many values in all: about 4 times as many numbers, 256 MB. */
const keptValues = 2 ** 23;

/**
 * How alike the images of one set are: the mean over random pairs of different images of their multi-scale structural similarity.
 * Per pair and channel it is the product over scales of the mean contrast-structure term (at the coarsest scale the whole SSIM
 * index), each to its exponent, negative means taken as 0; then the mean over channels. From one scale to the next, 2 x 2 pixels
 * become their mean; an odd last row or column is dropped. 28 x 28 pixels have 2 scales, 176 x 176 all 5. Five scales have the published
 * exponents as they are; fewer have the first ones divided by their sum.
 *
 * @param images at least two, of at least 3 x 3 pixels, intensities in 0 ... 1 (1e-6 beyond is taken for rounding)
 * @throws RangeError when images are malformed, too small, not finite or outside 0 ... 1, or when `pairs` is no positive integer
 * @see Wang et al. 2003, "Multi-scale structural similarity for image quality assessment"; Odena et al. 2017, arXiv:1610.09585
 */
export function multiScaleSimilarity(
  images: Images,
  { pairs = 1000, seed = 0 }: MultiScaleSimilarityOptions = {},
): MultiScaleSimilarity {
  const demand = { metric: 'multiScaleSimilarity', subject: 'images', minimumCount: 2, minimumSide: 3 };
  checkImages(images, demand);
  checkIntensities(images, demand);
  if (!Number.isInteger(pairs) || pairs < 1) {
    throw new RangeError(
      `multiScaleSimilarity: pairs must be a positive integer, got ${pairs}; leave it out for 1 000.`,
    );
  }
  const scales = scalesOf(images.shape);
  const known = new Map<number, Pyramid[]>();
  const most = Math.max(2, Math.floor(keptValues / (images.data.length / images.count)));
  const pyramidsOf = (image: number): Pyramid[] => {
    const pyramids = known.get(image) ?? seenPyramids(images, image, scales);
    if (known.size < most) known.set(image, pyramids);
    return pyramids;
  };
  const chosen = pairsOf(images.count, pairs, new RandomStream(seed, 'multi-scale-similarity'));
  const sum = chosen.reduce((total, [i, j]) => total + similarity(scales, pyramidsOf(i), pyramidsOf(j)), 0);
  return { similarity: sum / chosen.length, scales: scales.length };
}

/** One size of planes, and what compares them. */
interface Scale {
  readonly height: number;
  readonly width: number;
  readonly window: SimilarityWindow;
}

/** The planes of one channel of an image, a scale each. */
type Pyramid = readonly SeenPlane[];

function scalesOf([height, width]: Images['shape']): Scale[] {
  const scales = [scaleOf(height, width)];
  for (let factor = 2; scales.length < exponents.length; factor *= 2) {
    const [h, w] = [Math.floor(height / factor), Math.floor(width / factor)];
    if (Math.min(h, w) < smallestSide) break;
    scales.push(scaleOf(h, w));
  }
  return scales;
}

const scaleOf = (height: number, width: number): Scale => ({
  height,
  width,
  window: new SimilarityWindow(height, width),
});

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
function seenPyramids(images: Images, image: number, scales: readonly Scale[]): Pyramid[] {
  return Array.from({ length: images.shape[2] }, (_, channel) => {
    let values = planeOf(images, image, channel);
    return scales.map(({ window, height, width }, i) => {
      if (i > 0) values = halved(values, { height, width, before: scales[i - 1]?.width ?? 0 });
      return window.see(values);
    });
  });
}

/** Means of 2 x 2 pixels of a plane that was `before` pixels wide, [height, width]. */
function halved(
  values: Float64Array,
  { height, width, before }: { readonly height: number; readonly width: number; readonly before: number },
): Float64Array {
  const means = new Float64Array(height * width);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0, corner = 2 * y * before; x < width; x++, at++, corner += 2) {
      const below = corner + before;
      means[at] =
        ((values[corner] ?? 0) + (values[corner + 1] ?? 0) + (values[below] ?? 0) + (values[below + 1] ?? 0)) / 4;
    }
  }
  return means;
}

/** The exponents of so many scales: all five as published, fewer of them divided by their sum. */
function exponentsOf(scales: number): number[] {
  const used = exponents.slice(0, scales);
  const sum = used.reduce((total, exponent) => total + exponent, 0);
  return scales === exponents.length ? used : used.map((exponent) => exponent / sum);
}

/** MS-SSIM of two images, mean over channels. */
function similarity(scales: readonly Scale[], x: readonly Pyramid[], y: readonly Pyramid[]): number {
  const used = exponentsOf(scales.length);
  const ofChannels = x.map((pyramid, channel) =>
    scales.reduce((product, { window }, i) => {
      const [plane, other] = [pyramid[i], y[channel]?.[i]];
      if (!plane || !other) return product; // all images have all channels and scales
      const { whole, structure } = window.compare(plane, other);
      const mean = i === scales.length - 1 ? whole : structure;
      return product * Math.max(mean, 0) ** (used[i] ?? 0);
    }, 1),
  );
  return ofChannels.reduce((sum, value) => sum + value, 0) / ofChannels.length;
}
