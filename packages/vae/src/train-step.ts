import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program, schedule, uniform, type Program } from '@kindred/engine';
import { gradients, type Optimiser, type Schedule, type VariableRecord } from '@kindred/nn';
import { activeUnits, evidenceTerms, type LatentModel } from './bounds.ts';

export interface TrainStepConfig {
  readonly model: LatentModel;
  readonly variables: VariableRecord;
  readonly optimiser: Optimiser;
  readonly learningRate: Schedule;
  /** The weight of the KL in what is minimised. */
  readonly klWeight: Schedule;
  readonly latentSize: number;
  /** [batchSize, ...shape] */
  readonly batchShape: readonly [number, ...number[]];
}

/**
 * One update of encoder and decoder as a Program. Outputs, all scalars, means over the batch, nats per example:
 * - `loss`: the negative evidence lower bound, whatever the weight of the KL in the gradient
 * - `reconstruction`: -log p(x | z)
 * - `kl`: KL(q(z | x) || p(z)); near 0 the codes are ignored
 * - `activeUnits`: number of codes in use, judged on this batch
 */
export function trainStepOf(name: string, config: TrainStepConfig): Program {
  const { model, variables, optimiser, batchShape, latentSize } = config;
  const inputs = {
    x: batch(batchShape),
    noise: normal([batchShape[0], latentSize]),
    learningRate: schedule(config.learningRate),
    klWeight: schedule(config.klWeight),
  };
  const step = (x: tf.Tensor, noise: tf.Tensor, learningRate: tf.Tensor, klWeight: tf.Tensor) => {
    const { aux, gradients: slopes } = gradients(variables, () => {
      const { posterior, logProbability, kl } = evidenceTerms(model, x, noise);
      const reconstruction = tf.neg(tf.mean(logProbability));
      const divergence = tf.mean(tf.sum(kl, 1));
      const objective = tf.add(reconstruction, tf.mul(klWeight, divergence));
      return { loss: objective, reconstruction, kl: divergence, means: posterior.mean };
    });
    optimiser.apply(slopes, learningRate);
    const { reconstruction, kl, means } = aux;
    return { loss: tf.add(reconstruction, kl), reconstruction, kl, activeUnits: activeUnits(means) };
  };
  if (model.observation.noise === null) {
    return program(name, inputs, ({ x, noise, learningRate, klWeight }) =>
      step(model.observation.observe(x), noise, learningRate, klWeight),
    );
  }
  const binarisation = uniform(batchShape);
  return program(name, { ...inputs, binarisation }, ({ x, noise, learningRate, klWeight, binarisation }) =>
    step(model.observation.observe(x, binarisation), noise, learningRate, klWeight),
  );
}
