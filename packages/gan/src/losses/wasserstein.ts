import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from '@kindred/nn';

/**
 * The difference of mean scores. Over critics that are 1-Lipschitz its largest value is the Wasserstein-1 distance between data and
 * generator, so the critic needs a bound on its slope from elsewhere: clipping, a gradient penalty, spectral normalisation.
 *
 *     critic:    fake - real
 *     generator: -fake
 *
 * @see Arjovsky et al. 2017, arXiv:1701.07875
 */
export const wasserstein: AdversarialLoss = {
  discriminator: (real, fake) => tf.sub(tf.mean(fake), tf.mean(real)),
  generator: (fake) => tf.neg(tf.mean(fake)),
  threshold: 'midpoint', // a constant added to all scores changes nothing
};
