import { checkImages, type Images } from './images.ts';

/**
 * Sharpness: variance of the Laplacian [0 1 0; 1 -4 1; 0 1 0] over an image's inner pixels (valid padding) and channels, mean
 * over images. In squared intensity; no score by itself, for noise raises it too: see sharpnessRatio.
 *
 * @param images at least one, of at least 3 x 3 pixels, intensities on any scale
 * @returns 0 or more, in squared intensity
 * @throws RangeError when images are malformed, too small or not finite
 * @see Pech-Pacheco et al. 2000, "Diatom autofocusing in brightfield microscopy"; Tolstikhin et al. 2018, arXiv:1711.01558
 */
export function sharpness(images: Images): number {
  checkImages(images, { metric: 'sharpness', subject: 'images', minimumCount: 1, minimumSide: 3 });
  const { data, count, shape } = images;
  const size = shape[0] * shape[1] * shape[2];
  const responses = new Float64Array((shape[0] - 2) * (shape[1] - 2) * shape[2]);
  let sum = 0;
  for (let image = 0; image < count; image++) {
    fillResponses(data.subarray(image * size, (image + 1) * size), shape, responses);
    sum += variance(responses);
  }
  return sum / count;
}

/**
 * Sharpness of model samples over that of real images: 1 is as sharp as the data, below 1 is blurred. Read it beside
 * precision: noise lifts it above 1.
 *
 * @param fake at least one, of at least 3 x 3 pixels
 * @param real as `fake`; their number may be another
 * @returns 0 or more, no unit
 * @throws RangeError when images are malformed, too small or not finite, or the real ones have no contrast at all
 * @see Tolstikhin et al. 2018, arXiv:1711.01558, who compare the sharpness of samples and data
 */
export function sharpnessRatio(fake: Images, real: Images): number {
  const reference = sharpness(real);
  if (reference === 0) {
    throw new RangeError(
      'sharpnessRatio: real images must have some contrast, got a sharpness of 0; pass others, or leave the ratio out.',
    );
  }
  return sharpness(fake) / reference;
}

function fillResponses(image: Float32Array, [height, width, channels]: Images['shape'], target: Float64Array): void {
  const line = width * channels;
  let next = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * line + channels; at < (y + 1) * line - channels; at++) {
      const around =
        (image[at - line] ?? 0) + (image[at + line] ?? 0) + (image[at - channels] ?? 0) + (image[at + channels] ?? 0);
      target[next++] = around - 4 * (image[at] ?? 0);
    }
  }
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
