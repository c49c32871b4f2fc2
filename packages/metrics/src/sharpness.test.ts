import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import type { Images } from './images.ts';
import { sharpness, sharpnessRatio } from './sharpness.ts';

const images = (count: number, shape: Images['shape'], at: (index: number) => number): Images => ({
  data: Float32Array.from({ length: count * shape[0] * shape[1] * shape[2] }, (_, index) => at(index)),
  count,
  shape,
});

describe('sharpness', () => {
  it('is the variance of the Laplacian over inner pixels: a worked example', () => {
    // One bright pixel in the corner of the inner 2 x 2: responses -4, 1, 1, 0 around their mean -0.5.
    const one = images(1, [4, 4, 1], (index) => (index === 5 ? 1 : 0));
    const responses = [-4, 1, 1, 0];
    const mean = -0.5;
    expect(sharpness(one)).toBeCloseTo(responses.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 4, 12);
  });

  it('is 0 on constant images and on ramps, which have no second difference', () => {
    expect(sharpness(images(2, [5, 6, 3], () => 0.3))).toBe(0);
    expect(sharpness(images(1, [8, 8, 1], (index) => (index % 8) / 8 + Math.floor(index / 8) / 16))).toBe(0);
  });

  it('is 20 sd^2 on white noise: the squares of the kernel sum to 20', () => {
    const random = new RandomStream(1);
    const noise = images(50, [30, 30, 2], () => 0.1 * random.normal());
    // 78 400 responses, correlated with few neighbours: a standard error below 1 %.
    expect(sharpness(noise) / 0.2).toBeCloseTo(1, 1);
    expect(Math.abs(sharpness(noise) / 0.2 - 1)).toBeLessThan(0.03);
  });

  it('keeps channels apart', () => {
    const random = new RandomStream(2);
    const grey = images(3, [7, 9, 1], () => random.uniform());
    const colour = images(3, [7, 9, 3], (index) => grey.data[Math.floor(index / 3)]!);
    expect(sharpness(colour)).toBeCloseTo(sharpness(grey), 12);
  });

  it('is a mean over images, not a variance over their union', () => {
    const random = new RandomStream(3);
    const both = images(2, [6, 6, 1], (index) => (index < 36 ? 0.5 : random.uniform()));
    const second = { data: both.data.subarray(36), count: 1, shape: both.shape };
    expect(sharpness(both)).toBeCloseTo(sharpness(second) / 2, 12);
  });
});

describe('sharpnessRatio', () => {
  const random = new RandomStream(4);
  const real = images(4, [8, 8, 1], () => random.uniform());

  it('is 1 for the data itself and c^2 for contrast times c', () => {
    expect(sharpnessRatio(real, real)).toBe(1);
    expect(sharpnessRatio({ ...real, data: real.data.map((value) => value / 2) }, real)).toBe(0.25);
  });

  it('refuses what it cannot answer, and says why', () => {
    expect(() =>
      sharpnessRatio(
        real,
        images(1, [8, 8, 1], () => 0.5),
      ),
    ).toThrow('sharpness of 0');
    expect(() => sharpness({ ...real, count: 3 })).toThrow('3 images of shape [8, 8, 1] are 192 values, got 256');
    expect(() => sharpness(images(1, [2, 8, 1], () => 0))).toThrow('at least 3 x 3 pixels');
    expect(() => sharpness(images(2, [3, 3, 1], (index) => (index === 11 ? Number.NaN : 0)))).toThrow(
      'value 2 of image 1 must be a finite number, got NaN',
    );
  });
});
