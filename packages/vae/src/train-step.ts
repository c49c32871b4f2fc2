import * as tf from '@tensorflow/tfjs-core';
import { batch, labels, normal, program, schedule, uniform, type Program } from '@kindred/engine';
import { gradients, type Optimiser, type Schedule, type VariableRecord } from '@kindred/nn';
import { activeUnits, type LatentModel } from './bounds.ts';
import { givenClasses } from './condition.ts';
import type { Objective } from './objectives.ts';

export interface TrainStepConfig {
  readonly model: LatentModel;
  readonly variables: VariableRecord;
  readonly optimiser: Optimiser;
  readonly learningRate: Schedule;
  /** The weight of the KL in what is minimised. */
  readonly klWeight: Schedule;
  readonly objective: Objective;
  readonly latentSize: number;
  /** Standard deviation of the noise on the images that the encoder sees, cut to 0 ... 1; 0 where it sees what is observed. */
  readonly inputNoise: number;
  /** [batchSize, ...shape] */
  readonly batchShape: readonly [number, ...number[]];
  /** Number of classes that the model is told; 0 for none. */
  readonly classes: number;
}

/**
 * One update of encoder and decoder as a Program. Outputs, all scalars, means over the batch, nats per example:
 * - `loss`: the negative bound, whatever the weight of the KL in the gradient
 * - `reconstruction`: -log p(x | z)
 * - `kl`: KL(q(z | x) || p(z)); near 0 the codes are ignored
 * - `activeUnits`: number of codes in use, judged on this batch
 */
export function trainStepOf(name: string, config: TrainStepConfig): Program {
  const { variables, optimiser, batchShape, latentSize, classes, inputNoise } = config;
  const { observation } = config.model;
  const [batchSize] = batchShape;
  const { draws } = config.objective;
  const inputs = {
    x: batch(batchShape),
    noise: normal(draws === 1 ? [batchSize, latentSize] : [batchSize, draws, latentSize]),
    learningRate: schedule(config.learningRate),
    klWeight: schedule(config.klWeight),
    ...(observation.noise && { observationNoise: uniform(batchShape) }),
    ...(inputNoise > 0 && { pixelNoise: normal(batchShape) }),
    ...(classes > 0 && { labels: labels([batchSize]) }),
  };
  return program(name, inputs, ({ x, noise, learningRate, klWeight, observationNoise, pixelNoise, labels }) => {
    const observed = observation.observe(x, observationNoise);
    const seen = pixelNoise && tf.clipByValue(tf.add(x, tf.mul(pixelNoise, inputNoise)), 0, 1);
    const { aux, gradients: slopes } = gradients(variables, () => {
      const model = givenClasses(config.model, labels, classes);
      return config.objective.terms(model, { x: observed, noise, klWeight, ...(seen && { seen }) });
    });
    optimiser.apply(slopes, learningRate);
    const { bound, reconstruction, kl, means } = aux;
    return { loss: bound, reconstruction, kl, activeUnits: activeUnits(means) };
  });
}
