import { describe, expect, it } from 'vitest';
import { checkImages, checkIntensities, planeOf } from './images.ts';
import { imagesOf } from './testing/random-images.ts';

const demand = { metric: 'someMetric', subject: 'fake', minimumCount: 2, minimumSide: 3 };
const images = imagesOf(2, [3, 4, 2], ({ image, y, x, channel }) => 1000 * image + 100 * channel + 10 * y + x);

describe('checkImages', () => {
  it('takes well-formed images', () => expect(() => checkImages(images, demand)).not.toThrow());

  it('says which argument of which metric is wrong, and where', () => {
    const check = (changes: Partial<typeof images>) => () => checkImages({ ...images, ...changes }, demand);
    expect(check({ count: 1 })).toThrow('someMetric: fake: at least 2 images of shape');
    expect(check({ count: 2.5 })).toThrow('got 2.5 of shape [3, 4, 2]');
    expect(check({ shape: [3, 4, 0] })).toThrow('got 2 of shape [3, 4, 0]');
    expect(check({ shape: [2, 6, 2] })).toThrow('fake: images must have at least 3 x 3 pixels, got shape [2, 6, 2]');
    expect(check({ count: 3 })).toThrow('3 images of shape [3, 4, 2] are 72 values, got 48');
    const data = images.data.slice().fill(Number.NaN, 25, 26);
    expect(check({ data })).toThrow('fake: value 1 of image 1 must be a finite number, got NaN');
  });
});

describe('checkIntensities', () => {
  const changed = (value: number) => () =>
    checkIntensities({ ...images, data: new Float32Array(48).fill(value, 25, 26) }, demand);

  it.each([0, 1, -1e-7, 1 + 2 ** -23])('takes %d: the ends, and what rounding makes of them', (value) => {
    expect(changed(value)).not.toThrow();
  });

  it.each([-0.01, 1.01, 255])('refuses %d, and says where it stands', (value) => {
    expect(changed(value)).toThrow(
      `someMetric: fake: value 1 of image 1 must lie in 0 ... 1, got ${Math.fround(value)}; scale the images to 0 ... 1`,
    );
  });
});

describe('planeOf', () => {
  it('takes one channel of one image, row after row', () => {
    expect([...planeOf(images, 1, 1)]).toEqual([0, 1, 2].flatMap((y) => [0, 1, 2, 3].map((x) => 1100 + 10 * y + x)));
  });
});
