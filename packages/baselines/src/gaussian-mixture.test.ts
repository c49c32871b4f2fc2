import * as tf from '@tensorflow/tfjs-core';
import { openEngine, type Engine } from '@kindred/engine';
import { disposeModel, drawSamples, logLikelihoods } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choleskyFactors, factorsOf, gaussianLogDensities, tensorOf } from './gaussian-factors.ts';
import { kMeansSeeds } from './k-means-seeds.ts';
import { buildBaseline, trainInOrder } from './testing/baseline-run.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ kind: 'onnx' });
});
afterAll(() => engine.dispose());

const spec = { kind: 'points', shape: [2], range: null, classes: 0 } as const;

describe('factors', () => {
  it('give the covariances back, and the density of a worked example', () => {
    tf.tidy(() => {
      const covariance = tf.tensor3d([
        [
          [4, 2, 1],
          [2, 3, 0.5],
          [1, 0.5, 2],
        ],
        [
          [1, 0, 0],
          [0, 9, 0],
          [0, 0, 0.25],
        ],
      ]);
      const factors = choleskyFactors(factorsOf(covariance));
      const root = tensorOf(factors);
      const again = tf.matMul(root, root, false, true);
      expect(tf.max(tf.abs(tf.sub(again, covariance))).dataSync()[0]).toBeLessThan(1e-5);
      // At a distance of (1, 3, 1/2) the second one is at one standard deviation on each axis: |y|^2 = 3, volume 1 * 3 * 1/2.
      const logs = gaussianLogDensities(tf.tensor2d([[2, 4, 1.5]]), tf.ones([2, 3]), factors).dataSync();
      expect(logs[1]).toBeCloseTo(-1.5 * Math.log(2 * Math.PI) - Math.log(1.5) - 1.5, 5);
    });
  });
});

describe('kMeansSeeds', () => {
  const seedsOf = (rows: number[][], used: number[], u: number[]) =>
    tf.tidy(() => kMeansSeeds(tf.tensor2d(rows), tf.tensor1d(used), tf.tensor1d(u)).arraySync() as number[][]);

  it('draws each row in use once before it draws one again, whatever the numbers, and no other row', () => {
    const rows = [[9], [1], [2], [4]];
    const random = new RandomStream(0);
    for (let round = 0; round < 50; round++) {
      const u = [random.uniform(), random.uniform(), random.uniform(), random.uniform()];
      const seeds = seedsOf(rows, [0, 1, 1, 1], u).flat();
      expect(seeds.slice(0, 3).sort()).toEqual([1, 2, 4]);
      expect([1, 2, 4]).toContain(seeds[3]);
    }
  });

  it('draws in proportion to squared distances: a worked example', () => {
    // From 0 the others are at 1, 4 and 100 of 105 in all.
    const second = (u: number) => seedsOf([[0], [1], [2], [10]], [1, 1, 1, 1], [0, u])[1]![0];
    expect([0, 0.5 / 105, 1.5 / 105, 4.9 / 105, 5.1 / 105, 0.999].map(second)).toEqual([1, 1, 2, 2, 10, 10]);
  });
});

describe('gaussian mixture', () => {
  const count = 4000;
  /** A quarter round (3, 0), narrow and slanted; the rest round (-1, 2), wide. */
  const points = (): Float32Array => {
    const random = new RandomStream(2);
    const values: number[] = [];
    for (let i = 0; i < count; i++) {
      const [a, b] = [random.normal(), random.normal()];
      if (i % 4 === 0) values.push(3 + 0.1 * a, 0.1 * a + 0.05 * b);
      else values.push(-1 + 0.5 * a, 2 + 0.8 * b);
    }
    return Float32Array.from(values);
  };
  const run = { spec, variant: 'gaussian-mixture', trainExamples: count, batchSize: 500, options: { components: 2 } };

  it('finds the two Gaussians that points were drawn from', async () => {
    const model = buildBaseline(run);
    const losses = await trainInOrder(engine, model, { examples: points(), batchSize: 500, size: 2, steps: 40 });
    const nats = losses.map(({ negativeLogLikelihood }) => negativeLogLikelihood!);
    // Entropy of the mixture: of the choice and of the two, log(2 pi e) + log of the volumes 0.5 * 0.8 and 0.1 * 0.05.
    const choice = -0.25 * Math.log(0.25) - 0.75 * Math.log(0.75);
    const entropy = choice + Math.log(2 * Math.PI * Math.E) + 0.75 * Math.log(0.4) + 0.25 * Math.log(0.005);
    const last = nats.slice(-8).reduce((sum, value) => sum + value, 0) / 8; // an epoch
    expect(Math.abs(last - entropy)).toBeLessThan(0.06); // sd of 4 000 surprises of about 1 each, times 3
    const [means, logWeights] = ['means', 'log-weights'].map((name) =>
      Array.from(engine.read(model.parameters[name]!)),
    );
    const narrow = logWeights![0]! < logWeights![1]! ? 0 : 1;
    expect(Math.abs(Math.exp(logWeights![narrow]!) - 0.25)).toBeLessThan(1e-3);
    expect(means!.slice(2 * narrow, 2 * narrow + 2)).toEqual([expect.closeTo(3, 1), expect.closeTo(0, 1)]);

    const samples = await drawSamples(engine, model, { count: 4000, batchSize: 1000, random: new RandomStream(3) });
    const right = samples.filter((x, i) => i % 2 === 0 && x > 2).length / 4000;
    expect(Math.abs(right - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 4000));
    const slant = samples.reduce((sum, x, i) => sum + (i % 2 === 0 && x > 2 ? (x - 3) * samples[i + 1]! : 0), 0);
    expect(slant / (right * 4000)).toBeCloseTo(0.01, 2); // the covariance of the narrow one
    disposeModel(model);
  });

  it('has a density that integrates to 1, and EM never lowers the likelihood', async () => {
    const model = buildBaseline({ ...run, batchSize: count, options: { components: 5 } });
    const losses = await trainInOrder(engine, model, { examples: points(), batchSize: count, size: 2, steps: 30 });
    const nats = losses.map(({ negativeLogLikelihood }) => negativeLogLikelihood!);
    for (let i = 2; i < 30; i++) expect(nats[i]! - nats[i - 1]!).toBeLessThan(1e-4); // float32 means of 4 000
    const [side, step] = [300, 0.04];
    const grid = Float32Array.from({ length: side * side * 2 }, (_, i) => {
      const cell = Math.floor(i / 2);
      return step * (i % 2 === 0 ? (cell % side) - 150 : Math.floor(cell / side) - 125);
    });
    const options = { count: side * side, batchSize: 9000, random: new RandomStream(0) };
    const density = await logLikelihoods(engine, model, grid, options);
    const total = density.reduce((sum, value) => sum + Math.exp(value) * step * step, 0);
    expect(Math.abs(total - 1)).toBeLessThan(0.01);
    disposeModel(model);
  });
});
