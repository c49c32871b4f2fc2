import * as tf from '@tensorflow/tfjs-core';
import { normal } from '@kindred/engine';
import type { Schedule } from '@kindred/nn';
import type { Augmentation } from './augmentation.ts';

/**
 * Instance noise: N(0, sd^2) on every value. It makes the supports of data and generator overlap, so that no discriminator
 * is sure; with an `sd` that falls to 0 the generator ends on the data itself, else on what gives the data once blurred.
 *
 * @param sd standard deviation in the data's unit, by training step
 * @see Arjovsky and Bottou 2017, arXiv:1701.04862; Sonderby et al. 2017, arXiv:1610.04490
 */
export const instanceNoise = (shape: readonly number[], sd: Schedule): Augmentation => ({
  noise: (examples) => normal([examples, ...shape]),
  strength: sd,
  apply: (x, noise, strength) => tf.add(x, tf.mul(noise, strength)),
});
