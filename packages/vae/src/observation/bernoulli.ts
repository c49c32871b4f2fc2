import * as tf from '@tensorflow/tfjs-core';
import { bernoulliLogProbability } from '@kindred/nn';
import type { ObservationModel } from './observation-model.ts';

/**
 * Binary pixels, independent given z; the decoder gives their logits. Training sees an image as a fresh binary draw each time,
 * a pixel being 1 with its intensity as the probability: dynamic binarisation.
 *
 * @see Burda et al. 2016, arXiv:1509.00519, for the binarisation
 */
export const bernoulli: ObservationModel = {
  observation: 'binary',
  outputsPerValue: 1,
  noise: 'uniform',
  observesForLikelihood: false,
  observe: (x, noise) => below(noise, x),
  logProbability: (logits, x) => tf.sum(bernoulliLogProbability(logits, x), -1),
  mean: (logits) => tf.sigmoid(logits),
  drawNoise: 'uniform',
  draw: (logits, noise) => below(noise, tf.sigmoid(logits)),
  meaning: {
    mean: "the decoder's mean, not a Bernoulli draw",
    draw: "a Bernoulli draw from the decoder's mean",
  },
};

/** 1 where uniform noise in [0, 1) is below the probability, else 0: never 1 for a probability of 0, always for 1. */
function below(noise: tf.Tensor | undefined, probability: tf.Tensor): tf.Tensor {
  if (!noise) throw new Error('bernoulli: an observation is a draw and needs uniform noise of the shape of x.');
  return tf.cast(tf.less(noise, probability), 'float32');
}
