import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, nonSaturating, standardNormalKl, type Gaussian } from '@kindred/nn';
import { squaredError } from '../squared-error.ts';

/** Raw scores of the three kinds of examples that the discriminator is shown, [N] each. */
export interface Scores {
  /** Of the data. */
  readonly real: tf.Tensor;
  /** Of decoded codes of the data. */
  readonly reconstructed: tf.Tensor;
  /** Of decoded draws from the prior. */
  readonly drawn: tf.Tensor;
}

/** KL(q(z | x) || N(0, I)), summed over the codes, a mean over the batch, nats. */
export const priorLoss = ({ mean, logSd }: Gaussian): tf.Tensor => tf.mean(tf.sum(standardNormalKl(mean, logSd), 1));

/**
 * The learned similarity: -log of a Gaussian with unit variance around the features of the reconstruction, at the features of the example,
 * without the constant: half the squared distance, summed over the features [N, size], a mean over the batch, nats.
 */
export const similarityLoss = (reconstructed: tf.Tensor, real: tf.Tensor): tf.Tensor =>
  tf.mul(squaredError(reconstructed, real), 0.5);

/** -log D(x) - log(1 - D(reconstruction)) - log(1 - D(sample)), nats, each a mean over the batch. */
export const discriminatorLoss = ({ real, reconstructed, drawn }: Scores): tf.Tensor =>
  tf.add(crossEntropy(real, reconstructed), tf.mean(tf.softplus(drawn)));

/**
 * What the decoder minimises against the discriminator, -log D(reconstruction) - log D(sample), nats: the form that does not saturate.
 * The paper writes log(1 - D) of both, whose gradient vanishes where the discriminator is sure.
 */
export const deceptionLoss = ({ real, reconstructed, drawn }: Scores): tf.Tensor =>
  tf.add(
    nonSaturating.generator(reconstructed, () => real),
    nonSaturating.generator(drawn, () => real),
  );
