import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from '@kindred/nn';

/**
 * Least squares with the targets 1 for real and 0 for fake; the generator wants 1.
 *
 *     discriminator: ((real - 1)^2 + fake^2) / 2
 *     generator:     (fake - 1)^2 / 2
 *
 * A fake is pulled the harder the further its score is from 1, on either side, so nothing saturates. At the discriminator's best,
 * p / (p + q), its loss is the harmonic mean of the two densities over 4, integrated: 1/4 where they are equal.
 *
 * @see Mao et al. 2017, arXiv:1611.04076
 */
export const leastSquares: AdversarialLoss = {
  discriminator: (real, fake) => tf.add(halfSquare(tf.sub(real, 1)), halfSquare(fake)),
  generator: (fake) => halfSquare(tf.sub(fake, 1)),
  threshold: 0.5,
};

const halfSquare = (error: tf.Tensor): tf.Tensor => tf.mul(tf.mean(tf.square(error)), 0.5);
