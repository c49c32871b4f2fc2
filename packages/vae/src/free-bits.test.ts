import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { expect, it } from 'vitest';
import { klWithFreeBits } from './free-bits.ts';

// Means over the batch: 0.2, 1 and 0.5.
const kl = [
  [0.1, 2, 0.5],
  [0.3, 0, 0.5],
];

it('charges each code its mean KL, and at least the free bits', () => {
  const [found] = klWithFreeBits(tf.tensor2d(kl), 0.6).dataSync();
  expect(found).toBeCloseTo(0.6 + 1 + 0.6, 6);
  const [all] = klWithFreeBits(tf.tensor2d(kl), 0).dataSync();
  expect(all).toBeCloseTo(1.7, 6);
});

it('gives codes below the limit no gradient, others that of the mean', () => {
  const slopes = tf
    .grad((kl: tf.Tensor) => klWithFreeBits(kl, 0.6))(tf.tensor2d(kl))
    .arraySync();
  expect(slopes).toEqual([
    [0, 0.5, 0],
    [0, 0.5, 0],
  ]);
});
