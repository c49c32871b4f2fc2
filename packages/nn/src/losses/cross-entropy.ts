import * as tf from '@tensorflow/tfjs-core';

/**
 * The discriminator's loss where scores are logits: the cross-entropy of telling real from fake, in nats,
 *
 *     -log sigmoid(real) - log(1 - sigmoid(fake)) = softplus(-real) + softplus(fake), each a mean over the batch.
 *
 * softplus of the logits neither overflows nor takes the logarithm of 0. It is 2 log 2 where the discriminator cannot tell the two
 * apart, and at its best 2 log 2 - 2 JSD(data, generator).
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661
 */
export const crossEntropy = (real: tf.Tensor, fake: tf.Tensor): tf.Tensor =>
  tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(fake)));
