import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from './adversarial-loss.ts';
import { crossEntropy } from './cross-entropy.ts';

/**
 * Scores are logits of "this example is real"; losses are cross-entropies in nats.
 *
 *     discriminator: -log sigmoid(real) - log(1 - sigmoid(fake)) = softplus(-real) + softplus(fake)
 *     generator:     -log sigmoid(fake) = softplus(-fake)
 *
 * The generator's form keeps a gradient of size 1 where the discriminator is sure of a fake; log(1 - sigmoid(fake)) of the minimax
 * game has none there.
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661
 */
export const nonSaturating: AdversarialLoss = {
  discriminator: crossEntropy,
  generator: (fake) => tf.mean(tf.softplus(tf.neg(fake))),
  threshold: 0,
};
