import * as tf from '@tensorflow/tfjs-core';
import { batch, given, program, schedule, uniform } from '@kindred/engine';
import type { BuildContext, GenerativeModel, Sampler } from '@kindred/model';
import { adam, bernoulliLogProbability, gradients, linearRate, Parameters } from '@kindred/nn';
import type { AutoregressiveOptions } from '../options.ts';
import type { Grid, RowSamplerConfig } from './pixel-rows.ts';

/** What models of binary images differ in. */
export interface BinaryImageParts {
  /** As in the names of programs: `made`. */
  readonly name: string;
  /** x [N, pixels] of 0 and 1 to log p(x) [N], nats. */
  logProbability(x: tf.Tensor): tf.Tensor;
  /** What training goes up instead, where that is another: [N], nats. @param pick one number from U[0, 1), [1] */
  trainedLogProbability?(x: tf.Tensor, pick: tf.Tensor): tf.Tensor;
  /** Gradients with those of absent connections set to 0. */
  masked?(gradients: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
  sampler(state: Parameters, config: RowSamplerConfig): Sampler;
}

/** The images of a spec as a grid of values. */
export function gridOf(shape: readonly number[]): Grid {
  const [rows = 1, ...rest] = shape;
  return { rows, width: rest.reduce((product, length) => product * length, 1) };
}

/** log p(x) [N] of binary images x [N, pixels] whose pixels have the given logits. */
export const sumOfPixels = (logits: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.sum(bernoulliLogProbability(logits, x), 1);

/**
 * A model of binary images, pixels in raster order. Each training step binarises its batch anew (a pixel is 1 with its intensity as
 * probability) and goes up the mean log-likelihood by Adam, whose learning rate falls to 0 in a straight line.
 */
export function binaryImageModel(
  { data, options, batchSize, totalSteps, random }: BuildContext<AutoregressiveOptions>,
  make: (parameters: Parameters, grid: Grid) => BinaryImageParts,
): GenerativeModel {
  const grid = gridOf(data.shape);
  const pixels = grid.rows * grid.width;
  const parameters = new Parameters(random.derive('parameters'));
  const state = new Parameters(random.derive('state'));
  const parts = make(parameters, grid);
  const { name } = parts;
  const optimiser = adam(state.scope('adam'), parameters.trainable, { weightDecay: options.weightDecay });

  const trainStep = program(
    `${name}: train step`,
    {
      x: batch([batchSize, ...data.shape]),
      u: uniform([batchSize, pixels]),
      learningRate: schedule(linearRate(options.learningRate, 0, totalSteps)),
      ...(parts.trainedLogProbability && { pick: uniform([1]) }),
    },
    ({ x, u, learningRate, pick }) => {
      const on = tf.cast(tf.greater(tf.reshape(x, [batchSize, pixels]), u), 'float32');
      const { loss, gradients: slopes } = gradients(parameters.trainable, () => ({
        loss: tf.neg(tf.mean((pick && parts.trainedLogProbability?.(on, pick)) ?? parts.logProbability(on))),
      }));
      optimiser.apply(parts.masked?.(slopes) ?? slopes, learningRate);
      return { negativeLogLikelihood: loss };
    },
  );

  const { emission } = options;
  return {
    parameters: parameters.all,
    trainingState: state.all,
    trainStep,
    sampler: (count) => parts.sampler(new Parameters(random.derive('caches')), { name, count, ...grid, emission }),
    logLikelihood: {
      observation: 'binary',
      estimator: 'exact',
      program: (count) =>
        program(`${name}: log-likelihood`, { x: given([count, ...data.shape]) }, ({ x }) => ({
          logLikelihood: parts.logProbability(tf.reshape(x, [count, pixels])),
        })),
    },
    sampleMeaning:
      emission === 'probability'
        ? 'each pixel its probability given the binary pixels drawn before it'
        : 'binary pixels, drawn one after another',
  };
}
