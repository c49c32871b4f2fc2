import { describe, expect, it } from 'vitest';
import type { Images } from './images.ts';
import { multiScaleSimilarity } from './multi-scale-similarity.ts';
import { imagesOf, noiseImages } from './testing/random-images.ts';

/** Shares of the first `scales` exponents. */
const shares = (scales: number): number[] => {
  const used = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333].slice(0, scales);
  return used.map((exponent) => exponent / used.reduce((sum, value) => sum + value, 0));
};

describe('multiScaleSimilarity', () => {
  it('is 1 for one image over and over', () => {
    const one = noiseImages(1, 1, [28, 28, 3]);
    const images = { data: Float32Array.from([...one.data, ...one.data, ...one.data]), count: 3, shape: one.shape };
    expect(multiScaleSimilarity(images).similarity).toBeCloseTo(1, 12);
  });

  it.each<[number, number, number]>([
    [5, 9, 1],
    [21, 30, 1],
    [22, 22, 2],
    [28, 28, 2],
    [64, 64, 3],
    [176, 200, 5],
    [400, 400, 5],
  ])('has as many scales as keep 11 pixels: %i x %i', (height, width, scales) => {
    const images = imagesOf(2, [height, width, 1], ({ image, x, y }) => ((image + 1) * (x + y)) / 1600);
    expect(multiScaleSimilarity(images).scales).toBe(scales);
  });

  it('compares even images by luminance alone, at the coarsest scale', () => {
    const [a, b] = [0.2, 0.7];
    const index = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
    for (const [side, scales] of [
      [8, 1],
      [28, 2],
    ] as const) {
      const images = imagesOf(2, [side, side, 1], ({ image }) => [a, b][image]!);
      expect(multiScaleSimilarity(images).similarity).toBeCloseTo(index ** shares(scales).at(-1)!, 6); // float32 values
    }
  });

  it('takes the five published exponents as they are, though they sum to 1.0001', () => {
    const [a, b] = [0.01, 0.9];
    const index = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
    const images = imagesOf(2, [176, 176, 1], ({ image }) => [a, b][image]!);
    const { similarity, scales } = multiScaleSimilarity(images);
    expect(scales).toBe(5);
    // 0.1333 / 1.0001 would give 3e-5 more; float32 values and filters lose below 1e-7.
    expect(similarity).toBeCloseTo(index ** 0.1333, 6);
  });

  it('compares contrast: a chessboard and a fainter one, which the second scale cannot see', () => {
    const contrasts = [0.4, 0.1];
    const images = imagesOf(2, [28, 28, 1], ({ image, x, y }) => 0.5 + contrasts[image]! * (-1) ** (x + y));
    const structure = (2 * 0.4 * 0.1 + 9e-4) / (0.4 ** 2 + 0.1 ** 2 + 9e-4);
    // Under the window the chessboard does not quite vanish: its mean is below 1e-3 of its contrast.
    expect(multiScaleSimilarity(images).similarity).toBeCloseTo(structure ** shares(2)[0]!, 4);
  });

  it('is 0 for a negative, whose structure is the opposite', () => {
    const noise = noiseImages(2, 1, [28, 28, 1]);
    const images = imagesOf(2, [28, 28, 1], ({ image, y, x }) => {
      const value = noise.data[y * 28 + x]!;
      return image === 0 ? value : 1 - value;
    });
    expect(multiScaleSimilarity(images).similarity).toBe(0);
  });

  it('is the mean over channels', () => {
    const grey = noiseImages(3, 2, [12, 12, 1]);
    const same = imagesOf(2, [12, 12, 2], ({ image, y, x, channel }) =>
      channel === 0 ? grey.data[image * 144 + y * 12 + x]! : 0.5,
    );
    expect(multiScaleSimilarity(same).similarity).toBeCloseTo((multiScaleSimilarity(grey).similarity + 1) / 2, 12);
  });

  it('falls as images get more diverse', () => {
    const diverse = (share: number): Images => {
      const [common, own] = [noiseImages(4, 1, [16, 16, 1]), noiseImages(5, 8, [16, 16, 1])];
      return { ...own, data: own.data.map((value, i) => share * value + (1 - share) * common.data[i % 256]!) };
    };
    const values = [0.1, 0.3, 0.6, 1].map((share) => multiScaleSimilarity(diverse(share)).similarity);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values[0]! - values[3]!).toBeGreaterThan(0.5);
  });

  it('compares each pair once where they are few, whatever the order; else pairs by seed', () => {
    const images = noiseImages(6, 5, [11, 11, 1]);
    const reversed = imagesOf(5, [11, 11, 1], ({ image, y, x }) => images.data[(4 - image) * 121 + y * 11 + x]!);
    const { similarity } = multiScaleSimilarity(images, { pairs: 10 });
    expect(multiScaleSimilarity(reversed, { pairs: 10 }).similarity).toBeCloseTo(similarity, 12);
    expect(multiScaleSimilarity(images, { pairs: 1000, seed: 9 }).similarity).toBe(similarity);
    const drawn = [1, 1, 2].map((seed) => multiScaleSimilarity(images, { pairs: 3, seed }).similarity);
    expect(drawn[0]).toBe(drawn[1]);
    expect(drawn[0]).not.toBe(drawn[2]);
  });

  it('draws pairs that stand for all: the mean of many comes near that of each once', () => {
    const images = noiseImages(7, 60, [11, 11, 1]);
    const all = multiScaleSimilarity(images, { pairs: 1770 }).similarity;
    const drawn = multiScaleSimilarity(images, { pairs: 1769 }).similarity;
    expect(Math.abs(drawn - all)).toBeLessThan(0.01); // single pairs spread by about 0.1: 4 standard errors
    expect(drawn).not.toBe(all);
  });

  it('refuses what it cannot answer, and says why', () => {
    const images = noiseImages(8, 2, [11, 11, 1]);
    const first = { ...images, count: 1, data: images.data.subarray(121) };
    expect(() => multiScaleSimilarity(first)).toThrow('multiScaleSimilarity: images: at least 2 images');
    expect(() => multiScaleSimilarity(noiseImages(8, 2, [2, 9, 1]))).toThrow('at least 3 x 3 pixels');
    expect(() => multiScaleSimilarity(images, { pairs: 0 })).toThrow('pairs must be a positive integer, got 0');
    const bytes = { ...images, data: images.data.map((value) => 255 * value) };
    expect(() => multiScaleSimilarity(bytes)).toThrow(/images: value \d+ of image 0 must lie in 0 \.\.\. 1, got/);
  });
});
