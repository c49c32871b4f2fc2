import * as tf from '@tensorflow/tfjs-core';
import type { AdversarialLoss } from '@kindred/nn';

/**
 * Relativistic pairing: the discriminator says which of a pair is real, the generator wants it to be wrong. Pairs are formed in the
 * order of the batch.
 *
 *     discriminator: softplus(-(real - fake))
 *     generator:     softplus(-(fake - real))
 *
 * A fake is judged beside a real example, so one that misses a part of the data stays worse off than its partner there: the
 * generator cannot win by leaving modes out.
 *
 * @see Jolicoeur-Martineau 2019, arXiv:1807.00734; Huang et al. 2024, arXiv:2501.05441
 */
export const relativistic: AdversarialLoss = {
  discriminator: (real, fake) => lag(real, fake),
  generator: (fake, real) => lag(fake, real()),
  threshold: 'midpoint', // a constant added to all scores changes nothing
};

/** softplus(behind - ahead): small where the first score leads. */
const lag = (ahead: tf.Tensor, behind: tf.Tensor): tf.Tensor => tf.mean(tf.softplus(tf.sub(behind, ahead)));
