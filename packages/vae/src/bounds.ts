import * as tf from '@tensorflow/tfjs-core';
import { activeVariance } from '@kindred/model';
import { logMeanExp, standardNormalKl, type Gaussian } from '@kindred/nn';
import type { Networks } from './architecture/architecture.ts';
import type { ObservationModel } from './observation/observation-model.ts';

/** A model of x with codes z from N(0, I). */
export interface LatentModel extends Networks {
  readonly observation: ObservationModel;
}

export interface EvidenceTerms {
  readonly posterior: Gaussian;
  /** log p(x | z) for one z drawn from the posterior, nats, [N]. */
  readonly logProbability: tf.Tensor;
  /** KL(q(z | x) || p(z)) for each code, in closed form, nats, [N, latentSize]. */
  readonly kl: tf.Tensor;
}

/**
 * The terms of the evidence lower bound, log p(x) >= E_q[log p(x | z)] - KL(q(z | x) || p(z)), with the expectation estimated by
 * one z = mean + sd * noise.
 *
 * @param x observed examples [N, ...shape]
 * @param noise from N(0, 1), [N, latentSize]
 * @param seen what the encoder sees of them, [N, ...shape]: any posterior gives a bound
 * @see Kingma and Welling 2014, arXiv:1312.6114; Im et al. 2017, arXiv:1511.06406, for an encoder that sees noise
 */
export function evidenceTerms(model: LatentModel, x: tf.Tensor, noise: tf.Tensor, seen = x): EvidenceTerms {
  const posterior = model.encode(seen);
  const z = tf.add(posterior.mean, tf.mul(tf.exp(posterior.logSd), noise)); // [N, latentSize]
  return {
    posterior,
    logProbability: model.observation.logProbability(model.decode(z), asRows(x)),
    kl: standardNormalKl(posterior.mean, posterior.logSd),
  };
}

export interface ImportanceTerms {
  readonly posterior: Gaussian;
  /** log p(x | z_k), nats, [N, k]. */
  readonly logProbability: tf.Tensor;
  /** log p(z_k) - log q(z_k | x), nats, [N, k]. */
  readonly logRatio: tf.Tensor;
}

/**
 * The terms of k importance weights p(x | z_k) p(z_k) / q(z_k | x), z_k from q. The normalising constants of the prior and the posterior
 * cancel: log p(z) - log q(z | x) = sum((noise^2 - z^2) / 2 + log sd). The decoder runs on N * k codes at once, which takes memory in
 * proportion.
 *
 * @param x observed examples [N, ...shape]
 * @param noise from N(0, 1), [N, k, latentSize]
 * @param seen what the encoder sees of them, [N, ...shape]
 */
export function importanceTerms(model: LatentModel, x: tf.Tensor, noise: tf.Tensor, seen = x): ImportanceTerms {
  const [examples = 1, draws = 1, latentSize = 1] = noise.shape;
  const posterior = model.encode(seen);
  const { mean, logSd } = posterior;
  const spread = tf.expandDims(logSd, 1); // [N, 1, latentSize]
  const z = tf.add(tf.expandDims(mean, 1), tf.mul(tf.exp(spread), noise)); // [N, k, latentSize]
  const outputs = tf.reshape(model.decode(tf.reshape(z, [examples * draws, latentSize])), [examples, draws, -1]);
  const halves = tf.mul(tf.sub(tf.square(noise), tf.square(z)), 0.5);
  return {
    posterior,
    logProbability: model.observation.logProbability(outputs, tf.expandDims(asRows(x), 1)),
    logRatio: tf.sum(tf.add(halves, spread), -1),
  };
}

/**
 * The importance-weighted bound, nats per example, [N]:
 *
 *     log p(x) >= log (1/k) sum over k of p(x | z_k) p(z_k) / q(z_k | x),   z_k from q
 *
 * in expectation. It is the ELBO for k = 1, rises with k and tends to log p(x). Parameters as for `importanceTerms`.
 *
 * @see Burda et al. 2016, arXiv:1509.00519
 */
export function importanceWeightedBound(model: LatentModel, x: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const { logProbability, logRatio } = importanceTerms(model, x, noise);
  return logMeanExp(tf.add(logProbability, logRatio), 1);
}

/** Number of codes that are in use, a scalar: those whose posterior mean has a variance above `activeVariance` over the examples. */
export function activeUnits(means: tf.Tensor): tf.Tensor {
  const centred = tf.sub(means, tf.mean(means, 0, true));
  const variance = tf.mean(tf.square(centred), 0); // [latentSize]
  return tf.sum(tf.cast(tf.greater(variance, activeVariance), 'float32'));
}

/** [N, ...shape] to [N, size]. */
function asRows(x: tf.Tensor): tf.Tensor {
  const [examples = 1, ...shape] = x.shape;
  return tf.reshape(x, [examples, shape.reduce((product, length) => product * length, 1)]);
}
