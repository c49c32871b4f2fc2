import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * What the two players minimise, as functions of the discriminator's raw scores [N] (no sigmoid applied). Both give a scalar,
 * the mean over the batch. A loss knows neither networks nor optimisers.
 */
export interface AdversarialLoss {
  /** Minimised by the discriminator. */
  discriminator(realScores: Tensor, fakeScores: Tensor): Tensor;
  /** Minimised by the generator. */
  generator(fakeScores: Tensor): Tensor;
}
