import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, type AdversarialLoss } from '@kindred/nn';

/**
 * The game as it was first written, one value that the players pull in opposite directions; also called saturating.
 *
 *     discriminator: softplus(-real) + softplus(fake)
 *     generator:     log(1 - sigmoid(fake)) = -softplus(fake)
 *
 * The generator's gradient, -sigmoid(fake), vanishes where the discriminator is sure of a fake: early in training, above all.
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661, equation 1
 */
export const minimax: AdversarialLoss = {
  discriminator: crossEntropy,
  generator: (fake) => tf.neg(tf.mean(tf.softplus(fake))),
  threshold: 0,
};
