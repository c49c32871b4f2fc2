import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { peakSignalToNoiseRatio } from './peak-signal-to-noise-ratio.ts';
import { imagesOf, noiseImages } from './testing/random-images.ts';

describe('peakSignalToNoiseRatio', () => {
  const black = imagesOf(2, [4, 5, 3], () => 0);

  it('is 20 dB for an error of a tenth everywhere, 0 dB for black against white', () => {
    expect(
      peakSignalToNoiseRatio(
        imagesOf(2, [4, 5, 3], () => 0.1),
        black,
      ),
    ).toBeCloseTo(20, 5); // 0.1 in float32
    expect(
      peakSignalToNoiseRatio(
        imagesOf(2, [4, 5, 3], () => 1),
        black,
      ),
    ).toBe(0);
  });

  it('counts what an image has beyond the range of its original', () => {
    const white = imagesOf(2, [4, 5, 3], () => 1);
    const beyond = imagesOf(2, [4, 5, 3], () => 1.1);
    expect(peakSignalToNoiseRatio(beyond, white)).toBeCloseTo(20, 4); // 0.1 in float32
  });

  it('refuses originals that are not in 0 ... 1: their peak is another', () => {
    const bytes = imagesOf(2, [4, 5, 3], () => 255);
    expect(() => peakSignalToNoiseRatio(black, bytes)).toThrow(
      'peakSignalToNoiseRatio: originals: value 0 of image 0 must lie in 0 ... 1, got 255',
    );
    expect(() =>
      peakSignalToNoiseRatio(
        black,
        imagesOf(2, [4, 5, 3], () => -1),
      ),
    ).toThrow('got -1');
  });

  it('is a mean of decibels over images, not the decibels of a mean', () => {
    const two = imagesOf(2, [4, 5, 3], ({ image }) => (image === 0 ? 0.1 : 0.01));
    expect(peakSignalToNoiseRatio(two, black)).toBeCloseTo((20 + 40) / 2, 5);
  });

  it('loses 20 log10(2) dB where errors double, whichever of the two comes first', () => {
    const noise = noiseImages(1, 3, [6, 6, 1]);
    const clean = { ...noise, data: noise.data.map((value) => 0.1 + 0.8 * value) }; // room for errors within the range
    const random = new RandomStream(2);
    const errors = clean.data.map(() => 2 ** -6 * (random.uniform() - 0.5));
    const moved = (by: number) => ({ ...clean, data: clean.data.map((value, i) => value + by * errors[i]!) });
    const [small, large] = [peakSignalToNoiseRatio(moved(1), clean), peakSignalToNoiseRatio(moved(2), clean)];
    expect(small - large).toBeCloseTo(20 * Math.log10(2), 4); // sums are rounded to float32
    expect(peakSignalToNoiseRatio(clean, moved(1))).toBe(small);
  });

  it('of noise of deviation s is -20 log10(s) dB', () => {
    const random = new RandomStream(3);
    const noise = imagesOf(20, [32, 32, 1], () => 0.1 * random.normal());
    // 20 480 values: the mean square is known to 1 %, which is 0.04 dB.
    expect(Math.abs(peakSignalToNoiseRatio(noise, { ...noise, data: noise.data.map(() => 0) }) - 20)).toBeLessThan(
      0.17,
    );
  });

  it('is infinite for equal images, and never no number', () => {
    expect(peakSignalToNoiseRatio(black, black)).toBe(Infinity);
  });

  it('refuses images without their originals', () => {
    expect(() =>
      peakSignalToNoiseRatio(
        black,
        imagesOf(1, [4, 5, 3], () => 0),
      ),
    ).toThrow('each image needs its original, got 2 of shape [4, 5, 3] and 1 of shape [4, 5, 3]');
    expect(() =>
      peakSignalToNoiseRatio(
        black,
        imagesOf(2, [5, 4, 3], () => 0),
      ),
    ).toThrow('[5, 4, 3]');
    expect(() =>
      peakSignalToNoiseRatio(
        black,
        imagesOf(2, [4, 5, 3], () => Number.NaN),
      ),
    ).toThrow('originals');
  });
});
