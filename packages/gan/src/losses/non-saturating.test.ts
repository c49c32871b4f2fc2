import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { describe, expect, it } from 'vitest';
import { nonSaturating } from './non-saturating.ts';

const value = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;
const logit = (p: number): number => Math.log(p / (1 - p));

describe('the non-saturating loss', () => {
  it('is the cross-entropy in nats, by hand', () => {
    const real = tf.tensor1d([0.8, 0.6].map(logit));
    const fake = tf.tensor1d([0.1, 0.5].map(logit));
    const discriminator = -(Math.log(0.8) + Math.log(0.6)) / 2 - (Math.log(0.9) + Math.log(0.5)) / 2;
    expect(value(nonSaturating.discriminator(real, fake))).toBeCloseTo(discriminator, 5);
    expect(value(nonSaturating.generator(fake))).toBeCloseTo(-(Math.log(0.1) + Math.log(0.5)) / 2, 5);
  });

  it('at the best scores, log p / q, the discriminator loses 2 log 2 - 2 JSD(p, q)', () => {
    // Two distributions over four outcomes, as samples whose shares are the probabilities.
    const p = [5, 3, 1, 1];
    const q = [1, 2, 3, 4];
    const samples = (counts: number[]) =>
      tf.tensor1d(counts.flatMap((count, i) => Array<number>(count).fill(Math.log(p[i]! / q[i]!))));
    const divergence = (a: number[], b: number[]) =>
      a.reduce((sum, n, i) => sum + (n / 10) * Math.log((2 * n) / (n + b[i]!)), 0);
    const jensenShannon = (divergence(p, q) + divergence(q, p)) / 2;
    const best = value(nonSaturating.discriminator(samples(p), samples(q)));
    expect(best).toBeCloseTo(2 * Math.log(2) - 2 * jensenShannon, 5);
    // No other scores do better.
    for (const shift of [-0.5, -0.1, 0.1, 0.5]) {
      const other = nonSaturating.discriminator(tf.add(samples(p), shift), tf.add(samples(q), shift));
      expect(value(other)).toBeGreaterThan(best);
    }
  });

  it('has the gradients that finite differences have', () => {
    const scores = [-3, -0.2, 0.4, 5];
    const h = 1e-2;
    const slopes = tf
      .grad((fake) => nonSaturating.generator(fake))(tf.tensor1d(scores))
      .dataSync();
    scores.forEach((_, i) => {
      const at = (step: number) =>
        value(nonSaturating.generator(tf.tensor1d(scores.map((score, j) => (i === j ? score + step : score)))));
      // Central differences: h^2 / 6 of the third derivative, and float32's rounding over 2 h.
      expect(Math.abs(slopes[i]! - (at(h) - at(-h)) / (2 * h))).toBeLessThan(1e-4);
    });
  });

  it('does not saturate: its slope stays 1 where the discriminator is sure of a fake; nor does it overflow there', () => {
    const sure = tf.tensor1d([-200]);
    expect(value(tf.grad((fake) => nonSaturating.generator(fake))(sure))).toBeCloseTo(-1, 6);
    expect(value(nonSaturating.generator(sure))).toBeCloseTo(200, 4);
    expect(value(nonSaturating.discriminator(tf.tensor1d([200]), sure))).toBe(0);
  });
});
