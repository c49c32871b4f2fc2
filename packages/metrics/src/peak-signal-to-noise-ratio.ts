import { checkImages, checkIntensities, type Images } from './images.ts';

/**
 * Peak signal-to-noise ratio in decibels, mean over images: -10 log10 of an image's mean squared error over pixels and channels, where
 * intensities span 0 ... 1. Higher is better; 20 dB is a root mean square error of a tenth of the range. Only the originals must keep to
 * the range: what an image has beyond it is an error that counts like any other.
 *
 * @param images at least one
 * @param originals as many, of the same shape, in 0 ... 1 (1e-6 beyond is taken for rounding); within that range the two may change places
 * @returns decibels; infinity where an image equals its original
 * @throws RangeError when images are malformed or not finite, the two sets differ in number or shape, or an original lies outside 0 ... 1
 * @see Huynh-Thu and Ghanbari 2008, "Scope of validity of PSNR in image/video quality assessment"
 */
export function peakSignalToNoiseRatio(images: Images, originals: Images): number {
  for (const [subject, set] of Object.entries({ images, originals })) {
    checkImages(set, { metric: 'peakSignalToNoiseRatio', subject, minimumCount: 1, minimumSide: 1 });
  }
  const { count, shape } = images;
  if (count !== originals.count || shape.join() !== originals.shape.join()) {
    throw new RangeError(
      `peakSignalToNoiseRatio: each image needs its original, got ${described(images)} and ${described(originals)}; ` +
        'pass as many originals, of the same shape.',
    );
  }
  checkIntensities(originals, { metric: 'peakSignalToNoiseRatio', subject: 'originals' });
  const size = shape[0] * shape[1] * shape[2];
  let sum = 0;
  for (let image = 0; image < count; image++) {
    let squares = 0;
    for (let at = image * size; at < (image + 1) * size; at++) {
      squares += ((images.data[at] ?? 0) - (originals.data[at] ?? 0)) ** 2;
    }
    sum -= 10 * Math.log10(squares / size);
  }
  return sum / count;
}

const described = ({ count, shape }: Images): string => `${count} of shape [${shape.join(', ')}]`;
