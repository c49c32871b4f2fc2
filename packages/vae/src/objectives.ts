import * as tf from '@tensorflow/tfjs-core';
import { logMeanExp, standardNormalKl } from '@kindred/nn';
import { evidenceTerms, importanceTerms, type LatentModel } from './bounds.ts';
import { klWithFreeBits } from './free-bits.ts';

/** What an objective sees of a batch. */
export interface Observed {
  /** Observed examples [N, ...shape]. */
  readonly x: tf.Tensor;
  /** What the encoder sees of them, [N, ...shape]; the observed examples unless given. */
  readonly seen?: tf.Tensor;
  /** From N(0, 1): [N, latentSize] for one draw, otherwise [N, draws, latentSize]. */
  readonly noise: tf.Tensor;
  /** Weight of the KL, a scalar. */
  readonly klWeight: tf.Tensor;
}

/** Means over the batch, nats per example, scalars but for `means`. */
export interface ObjectiveTerms {
  /** What is minimised. */
  readonly loss: tf.Tensor;
  /** The negative bound that is reported: the weight of the KL is 1, and no bits are free. */
  readonly bound: tf.Tensor;
  /** -log p(x | z), the mean over the draws. */
  readonly reconstruction: tf.Tensor;
  /** KL(q(z | x) || p(z)) in closed form. */
  readonly kl: tf.Tensor;
  /** Means of the posteriors, [N, latentSize]. */
  readonly means: tf.Tensor;
}

/** How a batch becomes a loss. */
export interface Objective {
  /** Codes drawn for each example. */
  readonly draws: number;
  terms(model: LatentModel, observed: Observed): { readonly [K in keyof ObjectiveTerms]: tf.Tensor };
}

/**
 * The evidence lower bound, from one code per example: reconstruction + weight * KL.
 *
 * @param freeBits nats per code that cost nothing; 0 for none
 * @see Kingma and Welling 2014, arXiv:1312.6114; Higgins et al. 2017, "beta-VAE", for weights other than 1
 */
export const evidenceObjective = (freeBits: number): Objective => ({
  draws: 1,
  terms(model, { x, noise, klWeight, seen }) {
    const { posterior, logProbability, kl } = evidenceTerms(model, x, noise, seen);
    const reconstruction = tf.neg(tf.mean(logProbability));
    const divergence = tf.mean(tf.sum(kl, 1));
    const minimised = freeBits > 0 ? klWithFreeBits(kl, freeBits) : divergence;
    return {
      loss: tf.add(reconstruction, tf.mul(klWeight, minimised)),
      bound: tf.add(reconstruction, divergence),
      reconstruction,
      kl: divergence,
      means: posterior.mean,
    };
  },
});

/**
 * The importance-weighted bound of `draws` codes per example. The weight of the KL stands before log p(z) - log q(z | x), so that a
 * warm-up works as it does for the evidence bound.
 *
 * @see Burda et al. 2016, arXiv:1509.00519
 */
export const importanceWeightedObjective = (draws: number): Objective => ({
  draws,
  terms(model, { x, noise, klWeight, seen }) {
    const { posterior, logProbability, logRatio } = importanceTerms(model, x, noise, seen);
    const boundOf = (ratio: tf.Tensor): tf.Tensor => tf.neg(tf.mean(logMeanExp(tf.add(logProbability, ratio), 1)));
    return {
      loss: boundOf(tf.mul(klWeight, logRatio)),
      bound: boundOf(logRatio),
      reconstruction: tf.neg(tf.mean(logProbability)),
      kl: tf.mean(tf.sum(standardNormalKl(posterior.mean, posterior.logSd), 1)),
      means: posterior.mean,
    };
  },
});
