import * as tf from '@tensorflow/tfjs-core';
import { batch, labels, program, schedule, uniform, type Program } from '@kindred/engine';
import { gradients, stopGradient, type Optimiser, type Schedule, type VariableRecord } from '@kindred/nn';
import { perplexity, straightThrough } from './codebook.ts';
import {
  codesLogProbability,
  decodeVectors,
  encodeImages,
  oneHotClasses,
  type CodebookModel,
} from './codebook-model.ts';
import type { CodebookUpdate } from './codebook-update.ts';

export interface CodebookTrainStepConfig {
  readonly model: CodebookModel;
  readonly variables: VariableRecord;
  readonly optimiser: Optimiser;
  readonly learningRate: Schedule;
  /** Weight of the commitment. */
  readonly commitment: number;
  /** Moves the codebook; null where gradients do. */
  readonly codebookUpdate: CodebookUpdate | null;
  /** Steps at whose end unused vectors start anew no more. */
  readonly restartSteps: number;
  readonly batchSize: number;
}

/**
 * One update of encoder, decoder, codebook and prior as a Program. Minimised is
 *
 *     -log p(x | z) + weight |encoding - sg(vector)|^2 [+ |sg(encoding) - vector|^2] - log p(sg(codes))
 *
 * with the decoder's gradient handed to the encoder as if nothing had been rounded. The prior sees codes as constants: it follows
 * the autoencoder and does not move it. Outputs, all scalars, means over the batch, nats per example unless said otherwise:
 * - `loss`: the negative bound, `reconstruction` + `kl`
 * - `reconstruction`: -log p(x | z)
 * - `kl`: -log p(codes), which is the KL between the posterior, certain of its codes, and the learned prior
 * - `codebookPerplexity`: how many codes the batch uses, as if all were used alike
 * - `commitment`: |encoding - vector|^2, summed over an image
 *
 * @see van den Oord et al. 2017, arXiv:1711.00937
 */
export function codebookTrainStep(name: string, config: CodebookTrainStepConfig): Program {
  const { model, variables, optimiser, batchSize, commitment: weight, restartSteps } = config;
  const { observation, codebook, shape, classes } = model;
  const inputs = {
    x: batch([batchSize, ...shape]),
    learningRate: schedule(config.learningRate),
    restart: schedule((step) => (step < restartSteps ? 1 : 0)),
    ...(observation.noise && { observationNoise: uniform([batchSize, ...shape]) }),
    ...(classes > 0 && { labels: labels([batchSize]) }),
  };
  return program(name, inputs, ({ x, learningRate, restart, observationNoise, labels }) => {
    const observed = observation.observe(x, observationNoise);
    const rows = tf.reshape(observed, [batchSize, -1]);
    const perExample = (sum: tf.Tensor): tf.Tensor => tf.div(sum, batchSize);
    const { aux, gradients: slopes } = gradients(variables, () => {
      const { encodings, codes, vectors } = encodeImages(model, observed);
      const outputs = decodeVectors(model, straightThrough(vectors, encodings));
      const reconstruction = tf.neg(tf.mean(observation.logProbability(outputs, rows)));
      const kl = tf.neg(tf.mean(codesLogProbability(model, codes, oneHotClasses(model, labels))));
      const commitment = perExample(tf.sum(tf.square(tf.sub(encodings, stopGradient(vectors)))));
      const parts = [reconstruction, kl, tf.mul(commitment, weight)];
      if (codebook.trainable) parts.push(perExample(tf.sum(tf.square(tf.sub(stopGradient(encodings), vectors)))));
      return { loss: tf.addN(parts), reconstruction, kl, commitment, encodings, codes };
    });
    optimiser.apply(slopes, learningRate);
    const { reconstruction, kl, commitment, encodings, codes } = aux;
    config.codebookUpdate?.update(encodings, codes, restart);
    return {
      loss: tf.add(reconstruction, kl),
      reconstruction,
      kl,
      codebookPerplexity: perplexity(codes),
      commitment,
    };
  });
}
