import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import {
  disposeModel,
  drawSamples,
  logLikelihoods,
  openTrainer,
  resolveOptions,
  type GenerativeModel,
} from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autoregressive } from '../family.ts';
import { drawFrom } from './mixture-head.ts';
import { standardiser } from './standardiser.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx' });
});
afterAll(() => engine.dispose());

const batchSize = 64;

/** A model trained on points that `fill` writes: [batchSize, 2]. */
async function trained(
  steps: number,
  fill: (target: Float32Array, random: RandomStream) => void,
): Promise<GenerativeModel> {
  const model = autoregressive.build({
    data: { kind: 'points', shape: [2], range: null, classes: 0 },
    options: resolveOptions(autoregressive, 'standard'),
    batchSize,
    trainExamples: steps * batchSize,
    totalSteps: steps,
    random: new RandomStream(0),
  });
  const examples = new Float32Array(batchSize * 2);
  const random = new RandomStream(1);
  const batches = () => {
    fill(examples, random);
    return { examples };
  };
  const trainer = await openTrainer(engine, model, { batches, noise: new RandomStream(2) });
  for (let step = 0; step < steps; step++) await trainer.step();
  await trainer.dispose();
  return model;
}

/** Two wide clouds, at (0, 0) and at (6, 20), of standard deviation 1 and 3 along the axes. */
const clouds = (target: Float32Array, random: RandomStream): void => {
  for (let i = 0; i < target.length; i += 2) {
    const side = random.integer(2);
    target[i] = 6 * side + random.normal();
    target[i + 1] = 20 * side + 3 * random.normal();
  }
};

describe('mixture on points', () => {
  it('has a density of the coordinates as they came: it integrates to 1, and samples follow it', async () => {
    const model = await trained(200, clouds);
    // A grid of step 0.2 by 0.6 around both clouds: far finer than the clouds, so the rectangle rule is good to 1e-3.
    const [columns, rows] = [100, 120];
    const at = (i: number): [number, number] => [-7 + 0.2 * (i % columns), -25 + 0.6 * Math.floor(i / columns)];
    const points = Float32Array.from({ length: columns * rows * 2 }, (_, i) => at(i >> 1)[i % 2]!);
    const random = new RandomStream(3);
    const nats = await logLikelihoods(engine, model, points, { count: columns * rows, batchSize: 2000, random });
    const mass = (inside: (x: number, y: number) => boolean): number =>
      nats.reduce((sum, value, i) => sum + (inside(...at(i)) ? Math.exp(value) * 0.2 * 0.6 : 0), 0);
    expect(mass(() => true)).toBeCloseTo(1, 2);

    const count = 4000;
    const samples = await drawSamples(engine, model, { count, batchSize: 1000, random });
    const share = (inside: (x: number, y: number) => boolean): number => {
      let hits = 0;
      for (let i = 0; i < count; i++) if (inside(samples[2 * i]!, samples[2 * i + 1]!)) hits += 1;
      return hits / count;
    };
    // Shares of 4 000 draws have a standard error below 0.008; grid cells on an edge add 0.01.
    const regions = [
      (x: number, y: number) => x > 2.9 && y > 9.7,
      (_: number, y: number) => y > 20.3,
      (x: number) => x < 0.1,
    ];
    for (const inside of regions) expect(Math.abs(share(inside) - mass(inside))).toBeLessThan(0.05);
    expect(share(regions[0]!)).toBeGreaterThan(0.4);
    disposeModel(model);
  });

  it('finds the eight modes of a ring of sigma 0.01, and stays on them', async () => {
    const ring = (target: Float32Array, random: RandomStream): void => {
      for (let i = 0; i < target.length; i += 2) {
        const angle = (random.integer(8) * Math.PI) / 4;
        target[i] = Math.cos(angle) + 0.01 * random.normal();
        target[i + 1] = Math.sin(angle) + 0.01 * random.normal();
      }
    };
    const model = await trained(1000, ring);
    const count = 1000;
    const samples = await drawSamples(engine, model, { count, batchSize: count, random: new RandomStream(4) });
    disposeModel(model);
    const hits = Array.from({ length: 8 }, () => 0);
    for (let i = 0; i < count; i++) {
      const [x, y] = [samples[2 * i]!, samples[2 * i + 1]!];
      const mode = (Math.round(Math.atan2(y, x) / (Math.PI / 4)) + 8) % 8;
      const angle = (mode * Math.PI) / 4;
      if (Math.hypot(x - Math.cos(angle), y - Math.sin(angle)) < 0.03) hits[mode]! += 1;
    }
    // 64 000 examples gave 0.8 of samples within 3 sigma; true samples 0.989. Each mode has 125 expected hits, at least 50 then.
    expect(hits.reduce((sum, n) => sum + n, 0) / count).toBeGreaterThan(0.6);
    expect(Math.min(...hits)).toBeGreaterThan(30);
  });
});

describe('drawFrom', () => {
  it('picks components by the cumulative weights, both ends included', () => {
    const found = tf.tidy(() => {
      const rows = (values: number[], n: number): tf.Tensor => tf.tile(tf.tensor2d([values]), [n, 1]);
      const uniforms = [0, 0.24, 0.26, 0.49, 0.51, 1 - 2 ** -24];
      const mixture = {
        logits: rows([0.25, 0.25, 0.5].map(Math.log), uniforms.length),
        means: rows([10, 20, 30], uniforms.length),
        logSds: rows([0, Math.log(2), Math.log(3)], uniforms.length),
      };
      const u = tf.tensor2d(uniforms, [uniforms.length, 1]);
      return [...drawFrom(mixture, u, tf.onesLike(u)).dataSync()];
    });
    expect(found).toEqual([11, 11, 22, 22, 33, 33].map((value) => expect.closeTo(value, 4)));
  });
});

describe('standardiser', () => {
  it('has the mean and standard deviation of all batches, and inverts itself', () => {
    const parameters = new Parameters(new RandomStream(0));
    const standard = standardiser(parameters, 1);
    tf.tidy(() => {
      standard.observe(tf.tensor2d([[1], [2]]));
      standard.observe(tf.tensor2d([[5], [8]]));
      // 1, 2, 5, 8: mean 4, variance 7.5
      const z = standard.forward(tf.tensor2d([[4], [4 + Math.sqrt(7.5)]]));
      expect([...z.dataSync()]).toEqual([expect.closeTo(0, 5), expect.closeTo(1, 5)]);
      expect([...standard.backward(z).dataSync()]).toEqual([
        expect.closeTo(4, 5),
        expect.closeTo(4 + Math.sqrt(7.5), 5),
      ]);
      expect(standard.logVolume().dataSync()[0]).toBeCloseTo(0.5 * Math.log(7.5), 5);
    });
    parameters.dispose();
  });
});
