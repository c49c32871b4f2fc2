import { openEngine, type Engine } from '@kindred/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barsTask, orientedBars } from '../testing/oriented-bars.ts';
import { trainClassifier, type TrainedClassifier } from './train-classifier.ts';

const recipe = { channels: [8, 16], features: 24, epochs: 6, batchSize: 16, shift: 0, learningRate: 5e-3 } as const;
const [training, heldOut] = [orientedBars(1, 256), orientedBars(2, 200)];

describe('trainClassifier', () => {
  let engine: Engine;
  let trained: TrainedClassifier;
  const train = (seed: number) =>
    trainClassifier({ engine, ...barsTask, ...training, seed, validation: heldOut, recipe });

  beforeAll(async () => {
    engine = await openEngine({ kind: 'onnx' });
    trained = await train(1);
  });
  afterAll(async () => {
    await trained.classifier.dispose();
    await engine.dispose();
  });

  it('learns to tell examples that it has not seen', async () => {
    expect(trained.accuracy).toBeGreaterThan(0.9); // chance is 0.25
    expect(await trained.classifier.accuracy(heldOut)).toBe(trained.accuracy);
  });

  it('gives non-negative features that separate the classes, and probabilities that sum to 1', async () => {
    const { classifier } = trained;
    const features = await classifier.extract(heldOut.images, 200);
    expect([features.rows, features.columns, features.data.length]).toEqual([200, classifier.columns, 200 * 24]);
    expect(features.data.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
    expect(features.data.some((value) => value > 0)).toBe(true);
    const { data, columns } = await classifier.probabilities(heldOut.images, 200);
    expect(columns).toBe(4);
    for (let row = 0; row < 200; row++) {
      const sum = data.subarray(row * 4, row * 4 + 4).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 5); // float32
    }
  });

  it('gives an example the same features alone and among others, beyond one run of the program', async () => {
    const { classifier } = trained;
    const all = await classifier.extract(heldOut.images, 200);
    for (const row of [0, 127, 128, 199]) {
      const alone = await classifier.extract(heldOut.images.subarray(row * 64, (row + 1) * 64), 1);
      expect([...alone.data]).toEqual([...all.data.subarray(row * 24, (row + 1) * 24)]);
    }
  });

  it('is the same for the same seed, another for another one, and leaves no tensor behind', async () => {
    const features = await trained.classifier.extract(heldOut.images, 200);
    const before = tf.memory().numTensors;
    for (const [seed, same] of [
      [1, true],
      [2, false],
    ] as const) {
      const again = await train(seed);
      const others = await again.classifier.extract(heldOut.images, 200);
      expect(others.data.every((value, i) => value === features.data[i])).toBe(same);
      await again.classifier.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says when training diverges, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const wild = { ...recipe, learningRate: 1e30 };
    const options = { engine, ...barsTask, ...training, seed: 1, validation: heldOut, recipe: wild };
    await expect(trainClassifier(options)).rejects.toThrow(
      /the loss is (NaN|-?Infinity) at step \d+; lower the recipe's/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses malformed examples before it spends time on them', async () => {
    const base = { engine, ...barsTask, ...training, seed: 1, validation: heldOut, recipe };
    await expect(trainClassifier({ ...base, classes: 3 })).rejects.toThrow(
      'validation needs labels in 0 ... 2, got 3 at 3',
    );
    await expect(trainClassifier({ ...base, labels: new Uint8Array(3) })).rejects.toThrow(
      'got 16384 values for 3 labels',
    );
    await expect(trainClassifier({ ...base, classes: 1 })).rejects.toThrow('at least 2 classes, got 1');
    await expect(trainClassifier({ ...base, shape: [8, 0, 1] })).rejects.toThrow('got [8, 0, 1]');
    await expect(trainClassifier({ ...base, recipe: { epochs: 0 } })).rejects.toThrow(
      'epochs must be a positive integer',
    );
    await expect(trainClassifier({ ...base, recipe: { learningRate: 0 } })).rejects.toThrow(
      'learningRate must be positive',
    );
    const broken = training.images.slice().fill(Number.NaN, 65, 66);
    await expect(trainClassifier({ ...base, images: broken })).rejects.toThrow('training, value 1 of image 1');
    await expect(trained.classifier.extract(broken, 256)).rejects.toThrow('value 1 of sample 1');
  });
});
