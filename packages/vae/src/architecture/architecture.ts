import type { Tensor } from '@tensorflow/tfjs-core';

/** A diagonal Gaussian for each example. */
export interface Gaussian {
  /** [N, size] */
  readonly mean: Tensor;
  /** Logarithm of the standard deviation, [N, size]. */
  readonly logSd: Tensor;
}

/** The two networks of a variational autoencoder. */
export interface Networks {
  /** Examples [N, ...shape] to the posterior of their codes, [N, latentSize]. */
  encode(x: Tensor): Gaussian;
  /** Codes [N, latentSize] to what the observation model needs, [N, size]. */
  decode(z: Tensor): Tensor;
}
