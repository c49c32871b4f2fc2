import { openEngine, type Engine } from '@kindred/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Images } from '../images.ts';
import { slicedWasserstein } from '../sliced-wasserstein.ts';
import { orientedBars } from '../testing/oriented-bars.ts';
import { imagesOf, noiseImages } from '../testing/random-images.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { randomFeatures } from './random-features.ts';

describe('randomFeatures', () => {
  let engine: Engine;
  let extractor: FeatureExtractor;
  const shape = [8, 8, 1] as const;
  const extract = ({ data, count }: Images) => extractor.extract(data, count);

  beforeAll(async () => {
    engine = await openEngine({ kind: 'onnx' });
    extractor = await randomFeatures(engine, shape);
  });
  afterAll(async () => {
    await extractor.dispose();
    await engine.dispose();
  });

  it('gives 128 columns, the same for an image alone and among others, beyond one run of the program', async () => {
    const images = noiseImages(1, 200, shape);
    const all = await extract(images);
    expect([all.rows, all.columns, extractor.columns, extractor.name]).toEqual([200, 128, 128, 'random']);
    for (const row of [0, 127, 128, 199]) {
      const alone = await extractor.extract(images.data.subarray(row * 64, (row + 1) * 64), 1);
      expect([...alone.data]).toEqual([...all.data.subarray(row * 128, (row + 1) * 128)]);
    }
  });

  it('has columns of about one scale, none of them dead', async () => {
    const { data } = await extract(noiseImages(2, 400, shape));
    for (let column = 0; column < 128; column++) {
      const values = Array.from({ length: 400 }, (_, row) => data[row * 128 + column]!);
      const mean = values.reduce((sum, value) => sum + value, 0) / 400;
      const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
      // On noise of the finest grain, which is a quarter of that which sets the scale.
      expect(spread).toBeGreaterThan(0.05);
      expect(spread).toBeLessThan(3);
    }
  });

  it('sees texture and arrangement', async () => {
    const bars = (seed: number): Images => ({ data: orientedBars(seed, 300).images, count: 300, shape });
    const [real, others] = [bars(1), bars(2)];
    const at = (y: number, x: number, image: number) => others.data[image * 64 + (y % 8) * 8 + (x % 8)]!;
    const blurred = imagesOf(300, shape, ({ image, y, x }) => (at(y, x, image) + at(y, x + 1, image)) / 2);
    // The quarters of each image exchanged crosswise: nearly the same textures in other places.
    const moved = imagesOf(300, shape, ({ image, y, x }) => at(y, y < 4 ? x : x + 4, image));
    const distance = async (images: Images) => slicedWasserstein(await extract(real), await extract(images));
    const floor = await distance(others);
    expect(await distance(blurred)).toBeGreaterThan(3 * floor);
    expect(await distance(moved)).toBeGreaterThan(1.5 * floor);
  });

  it('is the same for a seed and another for another one, and leaves no tensor behind', async () => {
    const images = noiseImages(3, 5, shape);
    const features = await extract(images);
    const before = tf.memory().numTensors;
    for (const seed of [0, 1]) {
      const again = await randomFeatures(engine, shape, seed);
      const { data } = await again.extract(images.data, 5);
      expect(data.every((value, i) => value === features.data[i])).toBe(seed === 0);
      expect(again.key === extractor.key).toBe(seed === 0);
      await again.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is nearly the same on the reference engine, under another key', async () => {
    const reference = await openEngine({ kind: 'cpu' });
    const other = await randomFeatures(reference, [6, 9, 3], 2);
    const compiled = await randomFeatures(engine, [6, 9, 3], 2);
    const images = noiseImages(4, 7, [6, 9, 3]);
    const [expected, got] = [await other.extract(images.data, 7), await compiled.extract(images.data, 7)];
    expect(got.data.every((value, i) => Math.abs(value - expected.data[i]!) < 1e-4)).toBe(true); // float32 sums of 288 terms
    expect(other.key).not.toBe(compiled.key);
    await other.dispose();
    await compiled.dispose();
    await reference.dispose();
  });

  it('refuses what it cannot answer, and says why', async () => {
    await expect(randomFeatures(engine, [4, 8, 1])).rejects.toThrow('at least 5 x 5 pixels, got shape [4, 8, 1]');
    await expect(randomFeatures(engine, [8, 8.5, 1])).rejects.toThrow('got shape [8, 8.5, 1]');
    await expect(extractor.extract(new Float32Array(63), 1)).rejects.toThrow('random: 1 samples of 64 values each');
    const broken = new Float32Array(64).fill(Number.NaN, 9, 10);
    await expect(extractor.extract(broken, 1)).rejects.toThrow('random: value 9 of sample 0 must be a finite number');
  });
});
