import { describe, expect, it } from 'vitest';
import { medianFilter } from './median-filter.ts';
import { imagesOf, noiseImages } from './testing/random-images.ts';

describe('medianFilter', () => {
  it('is the middle of nine, with edges replicated: a worked example', () => {
    const image = imagesOf(1, [3, 3, 1], ({ y, x }) => 3 * y + x);
    // At the corner: 0 four times, 1 and 3 twice, 4 once. Along an edge (0, 0, 1, 1, 2, 2, 3, 4, 5) the middle is 2.
    expect([...medianFilter(image).data]).toEqual([1, 2, 2, 3, 4, 5, 6, 6, 7]);
  });

  it('takes away single pixels, and leaves a straight edge and flat surfaces as they are', () => {
    const edge = imagesOf(2, [8, 9, 2], ({ x, image }) => (x < 3 + image ? 0.25 : 0.75));
    expect(medianFilter(edge)).toEqual(edge);
    const specks = { ...edge, data: edge.data.slice() };
    specks.data[0] = 1;
    specks.data[2 * (4 * 9 + 6)] = 0;
    expect(medianFilter(specks)).toEqual(edge);
  });

  it('is the image itself for a window of one pixel, and changes no order of intensities', () => {
    const noise = noiseImages(1, 3, [7, 5, 3]);
    expect(medianFilter(noise, { size: 1 })).toEqual(noise);
    const lifted = medianFilter({ ...noise, data: noise.data.map((value) => value ** 3) }, { size: 5 });
    expect(lifted.data).toEqual(medianFilter(noise, { size: 5 }).data.map((value) => value ** 3));
  });

  it('refuses a window without a middle, and what is no image', () => {
    const image = noiseImages(2, 1, [4, 4, 1]);
    for (const size of [2, 0, 1.5])
      expect(() => medianFilter(image, { size })).toThrow(`odd whole number of at least 1, got ${size}`);
    expect(() => medianFilter({ ...image, count: 2 })).toThrow('2 images of shape [4, 4, 1] are 32 values, got 16');
  });
});
