import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { resolveOptions } from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { hybrid } from '../hybrid.ts';
import type { HybridOptions } from '../options.ts';
import { autoencoderFor } from './autoencoder.ts';

const examples = 6;
const noiseOf = (size: number, name: string): tf.Tensor =>
  tf.tensor(new RandomStream(name).fillNormal(new Float32Array(examples * size)), [examples, size]);
const x = noiseOf(2, 'x');

function build(pointsPosterior: HybridOptions['pointsPosterior']) {
  const overrides = { pointsPosterior, pointsLatentSize: 3, pointsPosteriorNoise: 5 };
  const options = resolveOptions(hybrid, 'adversarial-autoencoder', overrides);
  const data = { kind: 'points', shape: [2], range: null, classes: 0 } as const;
  return autoencoderFor(new Parameters(new RandomStream('networks')), data, options);
}

/** The largest difference of two tensors. */
const distance = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;

describe('a draw from a posterior', () => {
  it('of a Gaussian is the mean and so many standard deviations', () => {
    const { noiseSize, encode, draw } = build('gaussian');
    const noise = noiseOf(noiseSize, 'noise');
    const { mean, logSd } = encode(x);
    expect(noiseSize).toBe(3);
    expect(distance(draw(x, noise), tf.add(mean, tf.mul(tf.exp(logSd!), noise)))).toBeLessThan(1e-6);
    expect(() => draw(x)).toThrow(/needs noise, got none/);
  });

  it('of one code is that code', () => {
    const { noiseSize, encode, draw } = build('deterministic');
    expect([noiseSize, encode(x).logSd]).toEqual([0, undefined]);
    expect(distance(draw(x), encode(x).mean)).toBe(0);
  });

  it('of an implicit posterior has noise go through the whole encoder; where it is 0 lies the code', () => {
    const { noiseSize, encode, draw } = build('implicit');
    expect([noiseSize, encode(x).mean.shape]).toEqual([5, [examples, 3]]);
    expect(distance(draw(x, tf.zeros([examples, 5])), encode(x).mean)).toBe(0);
    // Unlike a Gaussian's, what noise adds is no linear function of it.
    const noise = noiseOf(5, 'noise');
    const shiftOf = (scale: number): tf.Tensor => tf.sub(draw(x, tf.mul(noise, scale)), encode(x).mean);
    expect(distance(shiftOf(1), tf.zeros([examples, 3]))).toBeGreaterThan(0.1);
    expect(distance(shiftOf(-1), tf.neg(shiftOf(1)))).toBeGreaterThan(0.1);
    expect(() => draw(x)).toThrow(/needs noise, got none/);
  });
});
