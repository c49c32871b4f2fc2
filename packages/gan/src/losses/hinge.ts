import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from '@kindred/nn';

/**
 * The hinge of a classifier with a margin of 1: examples beyond it no longer move the discriminator.
 *
 *     discriminator: max(0, 1 - real) + max(0, 1 + fake)
 *     generator:     -fake
 *
 * At the discriminator's best its loss is 2 - 2 TV(data, generator), where TV is the total variation.
 *
 * @see Lim and Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957
 */
export const hinge: AdversarialLoss = {
  discriminator: (real, fake) => tf.add(tf.mean(tf.relu(tf.sub(1, real))), tf.mean(tf.relu(tf.add(fake, 1)))),
  generator: (fake) => tf.neg(tf.mean(fake)),
  threshold: 0,
};
