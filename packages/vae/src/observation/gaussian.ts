import * as tf from '@tensorflow/tfjs-core';
import { gaussianLogProbability } from '@kindred/nn';
import type { Gaussian } from '../architecture/architecture.ts';
import type { ObservationModel } from './observation-model.ts';

/**
 * Continuous values, independent given z; the decoder gives each a mean and a standard deviation, which depends on z and never
 * falls below `minimumSd`: without such a limit the density of a point has none either.
 *
 *     log sd = log minimumSd + softplus(raw - log minimumSd)
 *
 * so that sd is exp(raw) where that is well above the limit: training starts at sd = 1.
 *
 * @param minimumSd in units of the data, above 0
 */
export function gaussian(minimumSd: number): ObservationModel {
  const lowest = Math.log(minimumSd);
  const read = (outputs: tf.Tensor): Gaussian => {
    const [mean, raw] = tf.split(outputs, 2, -1);
    if (!mean || !raw) throw new Error(`gaussian: expected [..., 2 * size], got [${outputs.shape.join(', ')}].`);
    return { mean, logSd: tf.add(tf.softplus(tf.sub(raw, lowest)), lowest) };
  };
  return {
    observation: 'continuous',
    outputs: (size) => 2 * size,
    noise: null,
    observe: (x) => x,
    logProbability(outputs, x) {
      const { mean, logSd } = read(outputs);
      return tf.sum(gaussianLogProbability(mean, logSd, x), -1);
    },
    mean: (outputs) => read(outputs).mean,
    drawNoise: 'normal',
    draw(outputs, noise) {
      const { mean, logSd } = read(outputs);
      return tf.add(mean, tf.mul(tf.exp(logSd), noise));
    },
  };
}
