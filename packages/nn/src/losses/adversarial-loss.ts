import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * What the two players minimise, as functions of the discriminator's raw scores [M] (no sigmoid applied). Both give a scalar,
 * the mean over the batch. A loss knows neither networks nor optimisers.
 */
export interface AdversarialLoss {
  /** Minimised by the discriminator. */
  discriminator(real: Tensor, fake: Tensor): Tensor;
  /**
   * Minimised by the generator.
   * @param real the scores of real examples, in the order of the fakes that they are paired with; computed only where a loss asks
   */
  generator(fake: Tensor, real: () => Tensor): Tensor;
  /**
   * The score above which an example counts as taken for real. `midpoint`, halfway between the mean scores of real and of fake
   * examples, for losses that leave the zero of scores open.
   */
  readonly threshold: number | 'midpoint';
}
