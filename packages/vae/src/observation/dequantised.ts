import * as tf from '@tensorflow/tfjs-core';
import type { ObservationModel } from './observation-model.ts';

/** Levels of an intensity. */
export const levels = 256;

/**
 * A density of continuous values as a model of 8-bit intensities k / 255: it sees (k + u) / 256 with u from U[0, 1), in training and
 * in likelihoods. Without that noise a density may grow without limit around the levels, and says nothing. An intensity x is itself
 * within its level's interval (u = x), so encoders take images as they are, and means are intensities.
 *
 * @see Theis et al. 2016, arXiv:1511.01844
 */
export function dequantised(model: ObservationModel): ObservationModel {
  return {
    ...model,
    noise: 'uniform',
    observesForLikelihood: true,
    observe(x, noise) {
      if (!noise) throw new Error('dequantised: an observation is a draw and needs uniform noise of the shape of x.');
      return tf.div(tf.add(tf.mul(x, levels - 1), noise), levels);
    },
    mean: (outputs) => tf.clipByValue(model.mean(outputs), 0, 1),
    draw(outputs, noise) {
      const level = tf.floor(tf.mul(model.draw(outputs, noise), levels));
      return tf.div(tf.clipByValue(level, 0, levels - 1), levels - 1);
    },
  };
}
