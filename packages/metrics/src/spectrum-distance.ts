import { checkImages, type Images } from './images.ts';
import { radialSpectrum } from './radial-spectrum.ts';

/** How far the spectra lie apart, and the spectra: [frequencies] each. */
export interface SpectrumDistance {
  /** Mean over frequencies of |10 log10(fake / real)|, in decibels, 0 or more: 0 is best. */
  readonly distance: number;
  /** Mean power of the real images at each frequency, in squared intensity. */
  readonly real: Float64Array;
  /** The same of the fake ones. */
  readonly fake: Float64Array;
  /** 1, 2, ...: cycles per length of the smaller side. */
  readonly frequencies: Float64Array;
}

/** Power in squared intensity that counts as none: decibels of 0 would be infinite. Rounding of 8 bits alone makes 1e-6. */
const leastPower = 1e-12;

/**
 * How far the radially averaged power spectra of two sets of images lie apart: blur takes high frequencies away, up-sampling and
 * noise put some in. Blind to where things are, and to everything that leaves the mean power alone.
 *
 * @param real at least one image of at least 2 x 2 pixels
 * @param fake images of the same shape; their number may be another
 * @throws RangeError when images are malformed, of different shapes, too small or not finite
 * @see Durall et al. 2020, arXiv:2003.01826; Dzanic et al. 2020, arXiv:1911.06465
 */
export function spectrumDistance(real: Images, fake: Images): SpectrumDistance {
  for (const [subject, images] of Object.entries({ real, fake })) {
    checkImages(images, { metric: 'spectrumDistance', subject, minimumCount: 1, minimumSide: 2 });
  }
  if (real.shape.join() !== fake.shape.join()) {
    throw new RangeError(
      `spectrumDistance: both sets need images of one shape, got [${real.shape.join(', ')}] and [${fake.shape.join(', ')}]; ` +
        'resize one of them.',
    );
  }
  const [realPower, fakePower] = [real, fake].map((images) =>
    radialSpectrum(images).map((power) => Math.max(power, leastPower)),
  ) as [Float64Array, Float64Array];
  const apart = realPower.reduce((sum, power, i) => sum + Math.abs(Math.log10((fakePower[i] ?? 0) / power)), 0);
  return {
    distance: (10 * apart) / realPower.length,
    real: realPower,
    fake: fakePower,
    frequencies: realPower.map((_, i) => i + 1),
  };
}
