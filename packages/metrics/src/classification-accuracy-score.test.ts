import { openEngine, type Engine } from '@kindred/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classificationAccuracyScore } from './classification-accuracy-score.ts';
import { barsTask, orientedBars } from './testing/oriented-bars.ts';

const recipe = { channels: [8, 16], features: 24, epochs: 6, batchSize: 16, shift: 0, learningRate: 5e-3 } as const;
const [real, test, others] = [orientedBars(1, 256), orientedBars(2, 200), orientedBars(3, 256)];

describe('classificationAccuracyScore', () => {
  let engine: Engine;
  const score = (synthetic: typeof real) =>
    classificationAccuracyScore({ engine, ...barsTask, seed: 1, synthetic, real, test, recipe });
  beforeAll(async () => {
    engine = await openEngine({ kind: 'onnx' });
  });
  afterAll(() => engine.dispose());

  it('has no gap for the real images themselves, and next to none for others of their kind', async () => {
    const same = await score(real);
    expect(same.score).toBe(same.baseline);
    expect(same.gap).toBe(0);
    const alike = await score(others);
    expect(alike.baseline).toBe(same.baseline);
    expect(alike.baseline).toBeGreaterThan(0.9); // chance is 0.25
    expect(Math.abs(alike.gap)).toBeLessThan(0.1);
  });

  it('misses a dropped class: its quarter of the test set cannot be told', async () => {
    // Every image of class 3 is replaced by the one of class 2 before it, as a model may that has never seen class 3.
    const images = others.images.slice();
    for (let i = 3; i < 256; i += 4) images.copyWithin(i * 64, (i - 1) * 64, i * 64);
    const dropped = { images, labels: Uint8Array.from(others.labels, (label) => Math.min(label, 2)) };
    const { score: accuracy, gap } = await score(dropped);
    expect(accuracy).toBeLessThanOrEqual(0.75);
    expect(gap).toBeGreaterThan(0.2);
  });

  it('falls to chance where labels say nothing about images, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const random = { images: others.images, labels: Uint8Array.from({ length: 256 }, (_, i) => (i >> 2) % 4) };
    const { score: accuracy } = await score(random);
    expect(accuracy).toBeLessThan(0.5);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses malformed examples by the name of the argument', async () => {
    const wrong = { images: real.images, labels: real.labels.map((label) => label + 1) };
    await expect(score(wrong)).rejects.toThrow('synthetic needs labels in 0 ... 3, got 4 at 3');
    await expect(score({ images: real.images.subarray(1), labels: real.labels })).rejects.toThrow('got 16383 values');
    const broken = { ...real, images: real.images.slice().fill(Number.NaN, 70, 71) };
    await expect(score(broken)).rejects.toThrow('synthetic, value 6 of image 1');
  });
});
