import * as tf from '@tensorflow/tfjs-core';
import { openEngine, given, program, type Engine } from '@kindred/engine';
import { gaussianLogProbability } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeUnits, evidenceTerms, importanceWeightedBound, type LatentModel } from './bounds.ts';

/**
 * A linear Gaussian model, where everything is known: z ~ N(0, 1), x | z ~ N(w z, s^2 I) in two dimensions. Then
 * x ~ N(0, w w^T + s^2 I), and z | x ~ N(v w.x / s^2, v) with v = 1 / (1 + |w|^2 / s^2).
 */
const w = [1.5, -0.5] as const;
const s = 0.7;
const variance = 1 / (1 + (w[0] ** 2 + w[1] ** 2) / s ** 2);

/** log N(x; 0, w w^T + s^2 I), by the 2 x 2 inverse. */
function exactLogProbability([a, b]: readonly [number, number]): number {
  const [p, q, r] = [w[0] ** 2 + s ** 2, w[0] * w[1], w[1] ** 2 + s ** 2];
  const determinant = p * r - q * q;
  const form = (r * a * a - 2 * q * a * b + p * b * b) / determinant;
  return -Math.log(2 * Math.PI) - 0.5 * Math.log(determinant) - 0.5 * form;
}

/** The model with the posterior N(mean of the true one + shift, scale * its standard deviation). */
function linear({ shift = 0, scale = 1 } = {}): LatentModel {
  const sum = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.tensor1d([...w])), -1, true);
  return {
    encode: (x) => {
      const mean = tf.add(tf.mul(sum(x), variance / s ** 2), shift); // [N, 1]
      return { mean, logSd: tf.add(tf.zerosLike(mean), Math.log(Math.sqrt(variance) * scale)) };
    },
    decode: (z) => tf.mul(z, tf.tensor1d([...w])), // [N, 2]
    observation: {
      observation: 'continuous',
      outputsPerValue: 1,
      noise: null,
      observesForLikelihood: false,
      observe: (x) => x,
      logProbability: (mean, x) => tf.sum(gaussianLogProbability(mean, tf.scalar(Math.log(s)), x), -1),
      mean: (mean) => mean,
      drawNoise: 'normal',
      draw: (mean) => mean,
      meaning: { mean: 'the mean', draw: 'the mean' },
    },
  };
}

const examples = 500;
const random = new RandomStream('linear model');
const points = Array.from({ length: examples }, (): [number, number] => {
  const z = random.normal();
  return [w[0] * z + s * random.normal(), w[1] * z + s * random.normal()];
});
const exact = points.reduce((sum, point) => sum + exactLogProbability(point), 0) / examples;
const x = Float32Array.from(points.flat());
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('bounds of a linear Gaussian model', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine({ kind: 'onnx' });
  });
  afterAll(() => engine.dispose());

  async function importanceWeighted(model: LatentModel, draws: number): Promise<Float32Array> {
    const compiled = await engine.compile(
      program('bound', { x: given([examples, 2]), noise: given([examples, draws, 1]) }, ({ x, noise }) => ({
        bound: importanceWeightedBound(model, x, noise),
      })),
    );
    const noise = new RandomStream('noise', draws).fillNormal(new Float32Array(examples * draws));
    return (await compiled.run({ x, noise })).bound as Float32Array;
  }

  async function evidence(model: LatentModel): Promise<{ elbo: number; kl: Float32Array }> {
    const compiled = await engine.compile(
      program('evidence', { x: given([examples, 2]), noise: given([examples, 1]) }, ({ x, noise }) => {
        const { logProbability, kl } = evidenceTerms(model, x, noise);
        return { bounds: tf.sub(logProbability, tf.sum(kl, 1)), kl };
      }),
    );
    const noise = new RandomStream('noise').fillNormal(new Float32Array(examples));
    const { bounds, kl } = await compiled.run({ x, noise });
    return { elbo: mean(bounds), kl: kl as Float32Array };
  }

  it('with the true posterior every weight is p(x): one draw is exact, for each example', async () => {
    for (const draws of [1, 7]) {
      const bounds = await importanceWeighted(linear(), draws);
      // float32 sums of terms of size 10
      points.forEach((point, i) => expect(Math.abs(bounds[i]! - exactLogProbability(point))).toBeLessThan(2e-5));
    }
  });

  it('with another posterior the ELBO falls short of log p(x) by the divergence between the two posteriors', async () => {
    const [shift, scale] = [0.3, 0.6];
    const gap = 0.5 * (scale ** 2 + shift ** 2 / variance - 1) - Math.log(scale); // KL(q || true posterior)
    const { elbo } = await evidence(linear({ shift, scale }));
    // The spread of one draw's log weight is about 1: over 500 examples a standard error of 0.05.
    expect(Math.abs(elbo - (exact - gap))).toBeLessThan(0.15);
    expect(gap).toBeGreaterThan(0.3);
  });

  it('the divergence from the prior is in closed form', async () => {
    const { kl } = await evidence(linear());
    points.forEach((point, i) => {
      const centre = (variance / s ** 2) * (w[0] * point[0] + w[1] * point[1]);
      const expected = 0.5 * (centre ** 2 + variance - 1) - 0.5 * Math.log(variance);
      expect(Math.abs(kl[i]! - expected)).toBeLessThan(1e-5);
    });
  });

  it('the importance-weighted bound rises with k from the ELBO towards log p(x)', async () => {
    const wide = linear({ shift: 0.5, scale: 1.5 }); // wider than the true posterior: the weights have a variance
    const bounds: number[] = [];
    for (const draws of [1, 4, 16, 64, 512]) bounds.push(mean(await importanceWeighted(wide, draws)));
    const { elbo } = await evidence(wide);
    expect(Math.abs(bounds[0]! - elbo)).toBeLessThan(0.25); // two estimates of the same number
    for (let i = 1; i < bounds.length; i++) expect(bounds[i]).toBeGreaterThan(bounds[i - 1]!);
    expect(exact - bounds[0]!).toBeGreaterThan(0.3);
    // The bias falls as var(weights) / 2k; at 512 draws noise of 1e-3 remains.
    expect(Math.abs(bounds.at(-1)! - exact)).toBeLessThan(0.01);
  });
});

describe('activeUnits', () => {
  it('counts the codes whose means vary by more than 0.01', () => {
    // Variances over the examples: 1, 0.0121, 0.0081, 0.
    const means = tf.tensor2d([
      [1, 0.11, 0.09, 5],
      [-1, -0.11, -0.09, 5],
    ]);
    expect(activeUnits(means).dataSync()[0]).toBe(2);
  });
});
