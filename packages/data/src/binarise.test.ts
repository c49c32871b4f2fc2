import { createHash } from 'node:crypto';
import { RandomStream } from '@kindred/random';
import { beforeAll, describe, expect, it } from 'vitest';
import { binarise, binariseSplit } from './binarise.ts';
import { openDataset } from './open-dataset.ts';
import { imageSplit } from './splits/image-split.ts';
import type { Dataset, Split } from './types.ts';

const stream = (seed: number) => new RandomStream(seed, 'binarise test');

/** How far the number of ones lies from its expectation, in standard deviations of a sum of Bernoulli draws. */
function deviation(intensities: Float32Array, binary: Float32Array): number {
  let [difference, variance] = [0, 0];
  for (const [i, p] of intensities.entries()) {
    difference += binary[i]! - p;
    variance += p * (1 - p);
  }
  return difference / Math.sqrt(variance);
}

describe('binarise', () => {
  it('makes a pixel 1 with the probability of its intensity', () => {
    for (const p of [1 / 255, 0.1, 0.5, 0.9, 254 / 255]) {
      const grey = new Float32Array(100_000).fill(p);
      const binary = binarise(grey, stream(0));
      expect(binary.every((value) => value === 0 || value === 1)).toBe(true);
      expect(Math.abs(deviation(grey, binary))).toBeLessThan(5);
    }
  });

  it('draws pixels independently: neighbours agree half of the time', () => {
    const binary = binarise(new Float32Array(100_000).fill(0.5), stream(0));
    const agree = binary.filter((value, i) => i > 0 && value === binary[i - 1]).length;
    expect(Math.abs(agree - 99_999 / 2)).toBeLessThan((5 * Math.sqrt(99_999)) / 2); // 5 standard deviations
  });

  it('leaves binary images as they are, and the stream where it was', () => {
    const binary = Float32Array.from({ length: 1000 }, (_, i) => i % 2);
    const used = stream(0);
    expect(binarise(binary, used)).toEqual(binary);
    expect(used.uniform()).toBe(stream(0).uniform());
  });

  it('gives the same for the same stream, another draw for the next batch, and works in place', () => {
    const grey = new Float32Array(1000).fill(0.5);
    const used = stream(0);
    const first = binarise(grey, used);
    expect(binarise(grey, stream(0))).toEqual(first);
    expect(binarise(grey, used)).not.toEqual(first);
    expect(binarise(grey, stream(0), grey)).toBe(grey);
    expect(grey).toEqual(first);
  });

  it('refuses what is no intensity, and a target of another length', () => {
    for (const value of [-0.1, 1.5, Number.NaN]) {
      expect(() => binarise(Float32Array.of(0, value), stream(0))).toThrow(/at place 1 is outside 0 \.\.\. 1/);
    }
    expect(() => binarise(new Float32Array(4), stream(0), new Float32Array(3))).toThrow(/holds 3 floats, expected 4/);
  });
});

describe('binariseSplit', () => {
  let mnist: Dataset;
  beforeAll(async () => {
    mnist = await openDataset('mnist', { seed: 0 });
  });

  it('draws each image once: zeros and ones in proportion to the intensities, labels kept', () => {
    const { validation } = mnist.splits;
    const binary = binariseSplit(validation, { seed: 0 });
    expect(binary).toMatchObject({ name: 'validation', count: 1000, spec: validation.spec, labels: validation.labels });
    const pixels = binary.floats();
    expect(pixels.every((value) => value === 0 || value === 1)).toBe(true);
    expect(Buffer.from(binary.floats().buffer).equals(Buffer.from(pixels.buffer))).toBe(true);
    expect(Math.abs(deviation(validation.floats(), pixels))).toBeLessThan(5);
    // Image by image too: a shift of rows would keep the total.
    for (const i of [0, 499, 500, 999]) {
      expect(Math.abs(deviation(validation.floats(i, i + 1), binary.floats(i, i + 1)))).toBeLessThan(5);
    }
  });

  it('draws the bits that a plain loop over pixels draws, whatever the sizes of images', () => {
    for (const [count, height, width, channels] of [
      [700, 28, 28, 1], // more than are converted at a time
      [9, 5, 7, 1],
      [11, 1, 3, 1],
      [3, 4, 4, 3],
      [2, 200, 200, 1], // one is more than is converted at a time
    ] as const) {
      const pixels = Uint8Array.from(
        { length: count * height * width * channels },
        (_, i) => (Math.imul(i, 40_503) >>> 3) & 255,
      );
      const spec = { kind: 'image', shape: [height, width, channels], range: [0, 1], classes: 0 } as const;
      const split = imageSplit({ name: 'test', spec, pixels, labels: null });
      const draws = new RandomStream(3, 'binarise', 'test');
      const plain = split.floats().map((p) => (p === 1 || (p > 0 && draws.uniform() < p) ? 1 : 0));
      const bits = binariseSplit(split, { seed: 3 }).floats();
      expect(Buffer.from(bits.buffer).equals(Buffer.from(plain.buffer))).toBe(true);
    }
  });

  it('has one draw per seed for ever: likelihoods of earlier runs would not compare with another', () => {
    const bits = binariseSplit(mnist.splits.validation, { seed: 0 }).floats();
    expect(createHash('sha256').update(Uint8Array.from(bits)).digest('hex')).toBe(
      '97fae42a349e1bd39dab325ce2cbbf3f1065d6ac0f8dbdb40f5a633ceb096d2a',
    );
  });

  it('binarises the first examples alone to the same bits, and reads no others', () => {
    const { validation } = mnist.splits;
    const whole = binariseSplit(validation, { seed: 0 });
    let read = 0;
    const watched: Split = {
      ...validation,
      floats(from = 0, to = validation.count, target) {
        read = Math.max(read, to);
        return validation.floats(from, to, target);
      },
    };
    for (const count of [0, 1, 100, 1000]) {
      read = 0;
      const first = binariseSplit(watched, { seed: 0, count });
      expect(read).toBe(count);
      expect(first.count).toBe(count);
      expect(first.labels).toEqual(validation.labels!.slice(0, count));
      expect(Buffer.from(first.floats().buffer).equals(Buffer.from(whole.floats(0, count).buffer))).toBe(true);
    }
    for (const count of [-1, 0.5, 1001, Number.NaN]) {
      expect(() => binariseSplit(validation, { seed: 0, count })).toThrow(
        `count ${count} is no whole number in 0 ... 1000, the examples of the validation split`,
      );
    }
  });

  it('keeps the factors of the examples that it keeps', async () => {
    const { test } = (await openDataset('shapes', { seed: 0 })).splits;
    const { values, ...named } = test.factors!;
    expect(binariseSplit(test, { seed: 0 }).factors).toEqual(test.factors);
    expect(binariseSplit(test, { seed: 0, count: 3 }).factors).toEqual({
      ...named,
      values: values.slice(0, 3 * named.names.length),
    });
  });

  it('depends on the seed and the split', () => {
    const { validation } = mnist.splits;
    const draw = (seed: number, name = validation.name) =>
      Buffer.from(binariseSplit({ ...validation, name }, { seed }).floats().buffer);
    expect(draw(0).equals(draw(0))).toBe(true);
    expect(draw(0).equals(draw(1))).toBe(false);
    expect(draw(0).equals(draw(0, 'test'))).toBe(false);
  });

  it('refuses points', async () => {
    const { splits } = await openDataset('ring', { seed: 0 });
    expect(() => binariseSplit(splits.test, { seed: 0 })).toThrow(/test split holds points data, expected images/);
  });
});
