import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '@kindred/nn';

/** Shifts and scales coordinates to mean 0 and variance 1 over all that was observed in training. */
export interface Standardiser {
  /** Takes a batch x [N, dimensions] into the mean and variance. */
  observe(x: tf.Tensor): void;
  forward(x: tf.Tensor): tf.Tensor;
  backward(z: tf.Tensor): tf.Tensor;
  /** log |dx / dz|, scalar: what a log density of z has more than that of x. */
  logVolume(): tf.Tensor;
}

/**
 * The mean over batches of the first two moments, each step with the weight 1 / t: settled after a few hundred steps, and part of the
 * model, so that sampling and densities use the same.
 */
export function standardiser(parameters: Parameters, dimensions: number): Standardiser {
  const steps = parameters.state('steps', []);
  const mean = parameters.state('mean', [dimensions], 0);
  const square = parameters.state('square', [dimensions], 1);
  const scale = (): tf.Tensor => tf.sqrt(tf.maximum(tf.sub(square, tf.square(mean)), 1e-6)); // [dimensions]
  return {
    observe(x) {
      steps.assign(tf.add(steps, 1));
      const towards = (average: tf.Variable, value: tf.Tensor): void =>
        average.assign(tf.add(average, tf.div(tf.sub(value, average), steps)));
      towards(mean, tf.mean(x, 0));
      towards(square, tf.mean(tf.square(x), 0));
    },
    forward: (x) => tf.div(tf.sub(x, mean), scale()),
    backward: (z) => tf.add(tf.mul(z, scale()), mean),
    logVolume: () => tf.sum(tf.log(scale())),
  };
}
