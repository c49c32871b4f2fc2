import * as tf from '@tensorflow/tfjs-core';
import { constant, gaussianLogProbability, type Gaussian, type Parameters } from '@kindred/nn';
import type { ObservationModel } from './observation-model.ts';

export interface SharedDeviation {
  /** Gets the variable `raw-deviation`. */
  readonly parameters: Parameters;
  /** What the standard deviation is at the start, about; in units of the data, above the limit. */
  readonly start: number;
}

/**
 * Continuous values, independent given z; the decoder gives each a mean and a standard deviation, which depends on z and never
 * falls below `minimumSd`: without such a limit the density of a point has none either.
 *
 *     log sd = log minimumSd + softplus(raw - log minimumSd)
 *
 * so that sd is exp(raw) where that is well above the limit: training starts at sd = 1. With `shared` the decoder gives means alone,
 * and one learned number is the standard deviation of all values of all examples.
 *
 * @param minimumSd in units of the data, above 0
 * @see Rybkin et al. 2021, arXiv:2006.13202, for the shared deviation
 */
export function gaussian(minimumSd: number, shared?: SharedDeviation): ObservationModel {
  const lowest = Math.log(minimumSd);
  const logSdOf = (raw: tf.Tensor): tf.Tensor => tf.add(tf.softplus(tf.sub(raw, lowest)), lowest);
  const read = shared ? readShared(shared, logSdOf) : readSplit(logSdOf);
  return {
    observation: 'continuous',
    outputsPerValue: shared ? 1 : 2,
    noise: null,
    observesForLikelihood: false,
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
    meaning: {
      mean: "the decoder's mean, without the Gaussian's noise",
      draw: "a draw from the decoder's Gaussian",
    },
  };
}

/** Means, then raw deviations, both from the decoder. */
const readSplit =
  (logSdOf: (raw: tf.Tensor) => tf.Tensor) =>
  (outputs: tf.Tensor): Gaussian => {
    const [mean, raw] = tf.split(outputs, 2, -1);
    if (!mean || !raw) throw new Error(`gaussian: expected [..., 2 * size], got [${outputs.shape.join(', ')}].`);
    return { mean, logSd: logSdOf(raw) };
  };

function readShared({ parameters, start }: SharedDeviation, logSdOf: (raw: tf.Tensor) => tf.Tensor) {
  const raw = parameters.variable('raw-deviation', [], constant(Math.log(start)));
  return (mean: tf.Tensor): Gaussian => ({ mean, logSd: logSdOf(raw) });
}
