import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from './adversarial-loss.ts';

/**
 * The share of examples, real and fake alike, that the discriminator's scores put on the right side of the loss's threshold:
 * 0 ... 1, 1/2 for a discriminator that says the same of all.
 */
export function accuracy(
  { threshold }: Pick<AdversarialLoss, 'threshold'>,
  real: tf.Tensor,
  fake: tf.Tensor,
): tf.Tensor {
  const limit = threshold === 'midpoint' ? tf.mul(tf.add(tf.mean(real), tf.mean(fake)), 0.5) : tf.scalar(threshold);
  const takenForReal = (scores: tf.Tensor): tf.Tensor => tf.mean(tf.cast(tf.greater(scores, limit), 'float32'));
  return tf.mul(tf.add(tf.sub(takenForReal(real), takenForReal(fake)), 1), 0.5);
}
