import type * as tf from '@tensorflow/tfjs-core';
import type { Gaussian } from '@kindred/nn';

/** The two networks of a variational autoencoder. `classes` [N, number of classes] is one-hot; networks without classes get none. */
export interface Networks {
  /** Examples [N, ...shape] to the posterior of their codes, [N, latentSize]. */
  encode(x: tf.Tensor, classes?: tf.Tensor): Gaussian;
  /** Codes [N, latentSize] to what the observation model needs, [N, size]. */
  decode(z: tf.Tensor, classes?: tf.Tensor): tf.Tensor;
}
