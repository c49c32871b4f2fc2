import * as tf from '@tensorflow/tfjs-core';

/** A diagonal Gaussian for each example. */
export interface Gaussian {
  /** [N, size] */
  readonly mean: tf.Tensor;
  /** Logarithm of the standard deviation, [N, size]. */
  readonly logSd: tf.Tensor;
}

/** The two networks of a variational autoencoder. `classes` [N, number of classes] is one-hot; networks without classes get none. */
export interface Networks {
  /** Examples [N, ...shape] to the posterior of their codes, [N, latentSize]. */
  encode(x: tf.Tensor, classes?: tf.Tensor): Gaussian;
  /** Codes [N, latentSize] to what the observation model needs, [N, size]. */
  decode(z: tf.Tensor, classes?: tf.Tensor): tf.Tensor;
}

/** Rows [N, size] with the classes [N, number of classes] beside them, where there are any. */
export const besideClasses = (rows: tf.Tensor, classes: tf.Tensor | undefined): tf.Tensor =>
  classes ? tf.concat([rows, classes], 1) : rows;
