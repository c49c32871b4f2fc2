import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '@kindred/engine';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  bernoulliLogProbability,
  gaussianLogProbability,
  logSumExp,
  mixtureLogProbability,
  standardNormalKl,
  stopGradient,
} from './distributions.ts';

beforeAll(async () => {
  await openEngine({ kind: 'cpu' });
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const values = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe('bernoulliLogProbability', () => {
  it('is the log of sigmoid(logit) or of its complement', () => {
    const logits = [-3, -0.5, 0, 2];
    const found = values(
      bernoulliLogProbability(tf.tensor1d([...logits, ...logits]), tf.tensor1d([1, 1, 1, 1, 0, 0, 0, 0])),
    );
    const p = logits.map((logit) => 1 / (1 + Math.exp(-logit)));
    [...p, ...p.map((p) => 1 - p)].forEach((p, i) => expect(found[i]).toBeCloseTo(Math.log(p), 5));
  });

  it('is finite, with finite gradients, at extreme logits', () => {
    const logits = tf.tensor1d([1000, -1000, 1000, -1000]);
    const x = tf.tensor1d([1, 0, 0, 1]);
    expect(values(bernoulliLogProbability(logits, x))).toEqual([0, 0, -1000, -1000].map((v) => expect.closeTo(v, 4)));
    const slope = tf.grad((logits: tf.Tensor) => tf.sum(bernoulliLogProbability(logits, x)))(logits);
    expect(values(slope)).toEqual([0, 0, -1, 1].map((v) => expect.closeTo(v, 6)));
  });
});

describe('gaussianLogProbability', () => {
  it('matches the density, also for tiny standard deviations', () => {
    for (const [mean, sd, x] of [
      [0, 1, 0],
      [1, 2, -3],
      [5, 1e-3, 5.002],
    ] as const) {
      const density = Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
      const [found] = values(gaussianLogProbability(tf.scalar(mean), tf.scalar(Math.log(sd)), tf.scalar(x)));
      // 5.002 - 5 is known to 5e-7 in float32, times 2000 standard deviations.
      expect(found).toBeCloseTo(Math.log(density), 2);
    }
  });
});

describe('standardNormalKl', () => {
  it('is 0 at N(0, 1) and matches the closed form elsewhere', () => {
    expect(values(standardNormalKl(tf.scalar(0), tf.scalar(0)))).toEqual([0]);
    const [found] = values(standardNormalKl(tf.scalar(1.5), tf.scalar(Math.log(0.3))));
    expect(found).toBeCloseTo(0.5 * (1.5 ** 2 + 0.3 ** 2 - 1) - Math.log(0.3), 5);
  });

  it('is what sampling says: mean of log q(z) - log p(z)', () => {
    // Equally likely quantiles stand for draws; 2 000 of them leave 1e-3 in the tails.
    const n = 2000;
    const z = tf.add(tf.mul(tf.tensor1d(normalQuantiles(n)), 0.5), 2);
    const log = tf.sub(
      gaussianLogProbability(tf.scalar(2), tf.scalar(Math.log(0.5)), z),
      gaussianLogProbability(tf.scalar(0), tf.scalar(0), z),
    );
    expect(values(tf.mean(log))[0]).toBeCloseTo(
      values(standardNormalKl(tf.scalar(2), tf.scalar(Math.log(0.5))))[0]!,
      2,
    );
  });
});

/** Quantiles of N(0, 1) at (i + 0.5) / n, by bisection of a numerically integrated density. */
function normalQuantiles(n: number): Float32Array {
  const step = 1e-3;
  const quantiles = new Float32Array(n);
  let [cumulative, next] = [0, 0];
  for (let z = -6; z < 6 && next < n; z += step) {
    cumulative += (Math.exp(-0.5 * (z + step / 2) ** 2) / Math.sqrt(2 * Math.PI)) * step;
    while (next < n && cumulative >= (next + 0.5) / n) quantiles[next++] = z + step / 2;
  }
  return quantiles;
}

describe('logSumExp and mixtures', () => {
  it('logSumExp does not overflow and is right on either axis', () => {
    const x = tf.tensor2d([
      [1000, 1000],
      [-1000, -1001],
    ]);
    expect(values(logSumExp(x, 1))).toEqual(
      [1000 + Math.LN2, -1000 + Math.log(1 + Math.exp(-1))].map((v) => expect.closeTo(v, 3)),
    );
    expect(values(logSumExp(x, 0))).toEqual([1000, 1000]);
    expect(logSumExp(tf.zeros([2, 3, 4]), 1).shape).toEqual([2, 4]);
  });

  it('logSumExp has the softmax as its gradient', () => {
    const x = tf.tensor1d([1, 2, 3]);
    const found = values(tf.grad((x: tf.Tensor) => logSumExp(x, 0))(x));
    values(tf.softmax(x)).forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6));
  });

  it('mixtureLogProbability is the weighted sum of densities', () => {
    const logits = tf.tensor2d([[Math.log(1), Math.log(3)]]);
    const components = tf.tensor2d([[Math.log(0.2), Math.log(0.6)]]);
    expect(values(mixtureLogProbability(logits, components, 1))[0]).toBeCloseTo(Math.log(0.25 * 0.2 + 0.75 * 0.6), 5);
  });

  it('stopGradient passes values and no gradient', () => {
    const slope = tf.grad((x: tf.Tensor) => tf.mul(x, stopGradient(x)))(tf.scalar(3));
    expect(values(slope)).toEqual([3]);
  });
});
