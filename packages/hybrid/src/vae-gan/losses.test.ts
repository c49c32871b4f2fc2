import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { expect, it } from 'vitest';
import { deceptionLoss, discriminatorLoss, priorLoss, similarityLoss } from './losses.ts';

const value = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;
const logit = (p: number): number => Math.log(p / (1 - p));
const scores = {
  real: tf.tensor1d([0.8, 0.6].map(logit)),
  reconstructed: tf.tensor1d([0.3, 0.1].map(logit)),
  drawn: tf.tensor1d([0.2, 0.5].map(logit)),
};

it('the discriminator minimises the cross-entropies of all three kinds of examples, each a mean', () => {
  const cost = (real: number, reconstructed: number, drawn: number): number =>
    -Math.log(real) - Math.log(1 - reconstructed) - Math.log(1 - drawn);
  expect(value(discriminatorLoss(scores))).toBeCloseTo((cost(0.8, 0.3, 0.2) + cost(0.6, 0.1, 0.5)) / 2, 5);
});

it('the decoder wants reconstructions and samples to be taken for real; scores of real examples are nothing to it', () => {
  const expected = -(Math.log(0.3) + Math.log(0.1) + Math.log(0.2) + Math.log(0.5)) / 2;
  expect(value(deceptionLoss(scores))).toBeCloseTo(expected, 5);
  expect(value(deceptionLoss({ ...scores, real: tf.tensor1d([5, -5]) }))).toBeCloseTo(expected, 5);
});

it('the similarity is half the squared distance of features, summed over features and averaged over examples', () => {
  const [found, wanted] = [tf.tensor2d([1, 2, 3, 0, 0, 4], [2, 3]), tf.tensor2d([0, 2, 5, 1, 0, 1], [2, 3])];
  expect(value(similarityLoss(found, wanted))).toBeCloseTo((1 + 0 + 4 + 1 + 0 + 9) / 2 / 2, 6);
});

it('the KL is summed over codes and averaged over examples', () => {
  const posterior = { mean: tf.tensor2d([1, -2, 0, 3], [2, 2]), logSd: tf.tensor2d([0, 0.5, -1, 0], [2, 2]) };
  const kl = (mean: number, logSd: number): number => (mean ** 2 + Math.exp(2 * logSd) - 1) / 2 - logSd;
  expect(value(priorLoss(posterior))).toBeCloseTo((kl(1, 0) + kl(-2, 0.5) + kl(0, -1) + kl(3, 0)) / 2, 5);
});
