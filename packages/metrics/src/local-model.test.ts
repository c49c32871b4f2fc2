import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import type { Images } from './images.ts';
import { fitLocalModel } from './local-model.ts';
import { imagesOf } from './testing/random-images.ts';

const shape = [12, 9, 1] as const;

/** Random bits, each 1 with probability `share`. */
function bits(count: number, share: number, { seed = 3, of = shape as Images['shape'] } = {}): Images {
  const random = new RandomStream(seed, 'bits', share);
  return imagesOf(count, of, () => (random.uniform() < share ? 1 : 0));
}

/** The pixels of images of one channel, each with its context as text. */
function contextsOf({
  data,
  count,
  shape: [height, width],
}: Images): { image: number; context: string; pixel: number }[] {
  return Array.from({ length: count }, (_, image) => {
    const row = (y: number): string =>
      y < 0 ? '' : [...data.subarray((image * height + y) * width, (image * height + y + 1) * width)].join('');
    const line = (y: number): string => `00${row(y) || '0'.repeat(width)}00`;
    return Array.from({ length: height * width }, (__, at) => {
      const [y, x] = [Math.floor(at / width), at % width];
      const context = line(y - 2).slice(x + 1, x + 4) + line(y - 1).slice(x, x + 5) + line(y).slice(x, x + 2);
      return { image, context, pixel: Number(line(y)[x + 2]) };
    });
  }).flat();
}

/** By tables of texts. */
function oracle(train: Images, asked: Images): number[] {
  const seen = contextsOf(train);
  const nats = Array.from({ length: asked.count }, () => 0);
  for (const { image, context, pixel } of contextsOf(asked)) {
    const same = seen.filter((each) => each.context === context);
    const own = same.filter((each) => each.pixel === pixel).length;
    nats[image]! -= Math.log((own + 0.5) / (same.length + 1));
  }
  return nats;
}

describe('fitLocalModel', () => {
  it.each([0, 0.2, 0.5, 1])('counts as tables of texts do, of bits that are 1 with probability %f', (share) => {
    const [train, asked] = [bits(4, share), bits(3, 0.3, { seed: 4 })];
    const nats = fitLocalModel(train).negativeLogLikelihoods(asked);
    for (const [i, expected] of oracle(train, asked).entries()) expect(nats[i]).toBeCloseTo(expected, 9);
  });

  it('finds the probability of bits that do not depend on each other, and so their entropy', () => {
    const nats = fitLocalModel(bits(800, 0.3, { of: [16, 16, 1] })).negativeLogLikelihoods(
      bits(200, 0.3, { seed: 4, of: [16, 16, 1] }),
    );
    const entropy = -256 * (0.3 * Math.log(0.3) + 0.7 * Math.log(0.7));
    // 200 images of deviation 16 * 0.39 have a mean that is known to 0.4; 1 024 contexts of 200 000 pixels cost a few thousandths of a nat each.
    expect(Math.abs(nats.reduce((sum, each) => sum + each, 0) / 200 - entropy)).toBeLessThan(3);
  });

  it('sums to one over all images', () => {
    const all = imagesOf(512, [3, 3, 1], ({ image, y, x }) => (image >> (3 * y + x)) & 1);
    const nats = fitLocalModel(bits(5, 0.4, { of: [3, 3, 1] })).negativeLogLikelihoods(all);
    expect(nats.reduce((sum, each) => sum + Math.exp(-each), 0)).toBeCloseTo(1, 12);
  });

  it('has a table for each channel', () => {
    const train = imagesOf(6, [4, 4, 2], ({ channel }) => channel);
    const [same = 0, swapped = 0] = [0, 1].map(
      (first) =>
        fitLocalModel(train).negativeLogLikelihoods(imagesOf(1, [4, 4, 2], ({ channel }) => (channel + first) % 2))[0],
    );
    expect(same).toBeLessThan(2);
    expect(swapped).toBeGreaterThan(20);
  });

  it('refuses images that are not binary, or of other channels', () => {
    const grey = imagesOf(1, shape, ({ x }) => (x === 2 ? 0.5 : 0));
    expect(() => fitLocalModel(grey)).toThrow('fitLocalModel: images: expected 0 and 1 only, got 0.5 at 2; binarise');
    const model = fitLocalModel(bits(1, 0.5));
    expect(() => model.negativeLogLikelihoods(grey)).toThrow('negativeLogLikelihoods: images: expected 0 and 1 only');
    expect(() => model.negativeLogLikelihoods(bits(1, 0.5, { of: [4, 4, 3] }))).toThrow('expected 1 channels, got 3');
    expect(() => fitLocalModel({ data: new Float32Array(5), count: 1, shape })).toThrow('fitLocalModel: images');
  });
});
