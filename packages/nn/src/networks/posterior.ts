import * as tf from '@tensorflow/tfjs-core';

/** A diagonal Gaussian for each example. */
export interface Gaussian {
  /** [N, size] */
  readonly mean: tf.Tensor;
  /** Logarithm of the standard deviation, [N, size]. */
  readonly logSd: tf.Tensor;
}

/** Reads an encoder's last layer [N, 2 * latentSize]: means, then logarithms of standard deviations. */
export function posteriorFrom(output: tf.Tensor): Gaussian {
  const [mean, logSd] = tf.split(output, 2, 1);
  if (!mean || !logSd)
    throw new Error(`posteriorFrom: expected [N, 2 * latentSize], got [${output.shape.join(', ')}].`);
  return { mean, logSd };
}
