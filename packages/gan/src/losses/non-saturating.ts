import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from './adversarial-loss.ts';

/**
 * Scores are logits of "this example is real"; losses are cross-entropies in nats.
 *
 *     discriminator: -log sigmoid(real) - log(1 - sigmoid(fake)) = softplus(-real) + softplus(fake)
 *     generator:     -log sigmoid(fake) = softplus(-fake)
 *
 * softplus of the logits neither overflows nor takes the logarithm of 0. The generator's form keeps a gradient of size 1 where
 * the discriminator is sure of a fake; log(1 - sigmoid(fake)) of the minimax game would have none there. The discriminator's
 * loss is 2 log 2 where it cannot tell the two apart, and at its best 2 log 2 - 2 JSD(data, generator).
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661
 */
export const nonSaturating: AdversarialLoss = {
  discriminator: (real, fake) => tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(fake))),
  generator: (fake) => tf.mean(tf.softplus(tf.neg(fake))),
};
