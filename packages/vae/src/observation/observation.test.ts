import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { bernoulli } from './bernoulli.ts';
import { gaussian } from './gaussian.ts';

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

describe('bernoulli', () => {
  it('gives each binary image its probability: over all images they sum to 1', () => {
    const logits = tf.tensor2d([[-2, 0.5, 3]]);
    const images = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1]);
    const total = values(tf.exp(bernoulli.logProbability(logits, tf.tensor2d(images)))).reduce((sum, p) => sum + p, 0);
    expect(total).toBeCloseTo(1, 6);
  });

  it('never draws a pixel of intensity 0, always one of intensity 1, and others as often as they are bright', () => {
    const count = 20_000;
    const noise = tf.tensor2d(new RandomStream('pixels').fillUniform(new Float32Array(count * 3)), [count, 3]);
    const [black, grey, white] = values(tf.mean(bernoulli.observe(tf.tensor2d([[0, 0.3, 1]]), noise), 0));
    expect([black, white]).toEqual([0, 1]);
    expect(Math.abs(grey! - 0.3)).toBeLessThan(0.015); // 4 standard errors of sqrt(0.21 / 20 000)
  });

  it('refuses to observe without noise', () => {
    expect(() => bernoulli.observe(tf.tensor2d([[0.5]]))).toThrow(/needs uniform noise/);
  });
});

describe('gaussian', () => {
  const model = gaussian(0.05);

  it('is a density: it integrates to 1 over a fine grid', () => {
    const step = 0.01;
    const grid = Array.from({ length: 2000 }, (_, i) => [-10 + i * step]);
    const density = values(tf.exp(model.logProbability(tf.tensor2d([[0.4, -0.2]]), tf.tensor2d(grid))));
    expect(density.reduce((sum, p) => sum + p, 0) * step).toBeCloseTo(1, 4);
  });

  it('keeps the standard deviation above its limit, and starts near 1', () => {
    const spread = (raw: number) => values(model.draw(tf.tensor2d([[0, raw]]), tf.tensor2d([[1]])))[0]!;
    expect(spread(-50)).toBeCloseTo(0.05, 6);
    expect(spread(-3)).toBeGreaterThan(0.05);
    expect(spread(0)).toBeCloseTo(1.05, 5); // exp(softplus(r)) = 1 + exp(r): the limit is added
  });

  it('draws around the mean', () => {
    const count = 20_000;
    const noise = tf.tensor2d(new RandomStream('points').fillNormal(new Float32Array(count)), [count, 1]);
    const { mean, variance } = tf.moments(model.draw(tf.tensor2d([[3, Math.log(0.45)]]), noise));
    expect(Math.abs(values(mean)[0]! - 3)).toBeLessThan(0.015); // 4 standard errors of 0.5 / sqrt(20 000)
    expect(Math.abs(values(variance)[0]! - 0.25)).toBeLessThan(0.01);
  });
});
