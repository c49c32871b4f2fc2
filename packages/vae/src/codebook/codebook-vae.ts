import * as tf from '@tensorflow/tfjs-core';
import { given, labels, normal, program, uniform, type Program } from '@kindred/engine';
import { adam, cosineRate, Parameters } from '@kindred/nn';
import type { BuildContext, GenerativeModel, LogLikelihood } from '@kindred/model';
import { described } from '../estimator.ts';
import type { VaeOptions } from '../options.ts';
import {
  codebookModel,
  codesLogProbability,
  decodeVectors,
  encodeImages,
  oneHotClasses,
  type CodebookModel,
} from './codebook-model.ts';
import { codebookTrainStep } from './codebook-train-step.ts';
import { movingCodebook } from './codebook-update.ts';
import { drawCodes } from './prior-draw.ts';

/** Share of the training in which vectors that nothing uses start anew: then the prior has time to learn what they mean. */
const restartShare = 0.25;

/** A vector-quantised autoencoder of images whose codes have a learned autoregressive prior. */
export function codebookVae({
  data,
  options,
  batchSize,
  totalSteps,
  random,
}: BuildContext<VaeOptions>): GenerativeModel {
  const parameters = new Parameters(random.derive('parameters'));
  const training = new Parameters(random.derive('training'));
  const model = codebookModel(parameters, data, options);
  const trainStep = codebookTrainStep('vae.train', {
    model,
    variables: parameters.trainable,
    optimiser: adam(training.scope('optimiser'), parameters.trainable, { weightDecay: options.weightDecay }),
    learningRate: cosineRate(options.learningRate, 0, totalSteps),
    commitment: options.commitment,
    codebookUpdate: model.codebook.trainable
      ? null
      : movingCodebook(training.scope('codebook'), model.codebook, options.codebookDecay),
    restartSteps: restartShare * totalSteps,
    batchSize,
  });
  const { meaning } = model.observation;
  return {
    parameters: parameters.all,
    trainStep,
    trainingState: training.all,
    ...(model.classes > 0 && { conditional: true }),
    sampler: (count) => ({ kind: 'direct', program: sampler(model, count, options.emission) }),
    logLikelihood: likelihood(model),
    reconstruct: (count) => reconstruction(model, count),
    sampleMeaning: options.emission === 'mean' ? meaning.mean : meaning.draw,
  };
}

function sampler(model: CodebookModel, count: number, emission: VaeOptions['emission']): Program {
  const { observation, prior, codebook, shape, classes } = model;
  const [rows, columns] = prior.grid;
  const size = shape.reduce((product, length) => product * length, 1);
  const drawNoise = observation.drawNoise === 'uniform' ? uniform([count, size]) : normal([count, size]);
  const inputs = {
    u: uniform([count, rows * columns]),
    ...(emission === 'sample' && { noise: drawNoise }),
    ...(classes > 0 && { labels: labels([count]) }),
  };
  return program('vae.sample', inputs, ({ u, noise, labels }) => {
    const codes = drawCodes(prior, u, oneHotClasses(model, labels));
    const outputs = decodeVectors(model, tf.matMul(tf.reshape(codes, [-1, prior.codes]), codebook.vectors));
    const samples = noise ? observation.draw(outputs, noise) : observation.mean(outputs);
    return { samples: tf.reshape(samples, [count, ...shape]) };
  });
}

/**
 * p(x) is the sum over all codes of p(codes) p(x | codes), of which the encoder's codes are one term. There is nothing to draw, and no
 * tighter bound to be had from more of the same.
 */
function likelihood(model: CodebookModel): LogLikelihood {
  const { observation, shape, classes } = model;
  const { observesForLikelihood: observes } = observation;
  const estimator = "bound, log p(x | z) + log p(z) of the encoder's codes";
  return {
    observation: observation.observation,
    estimator: described(estimator, { observes, told: classes > 0 }),
    program: (count) =>
      program(
        'vae.log-likelihood',
        {
          x: given([count, ...shape]),
          ...(observes && { observationNoise: uniform([count, ...shape]) }),
          ...(classes > 0 && { labels: labels([count]) }),
        },
        ({ x, observationNoise, labels }) => {
          const observed = observes ? observation.observe(x, observationNoise) : x;
          const { codes, vectors } = encodeImages(model, observed);
          const logProbability = observation.logProbability(
            decodeVectors(model, vectors),
            tf.reshape(observed, [count, -1]),
          );
          return {
            logLikelihood: tf.add(logProbability, codesLogProbability(model, codes, oneHotClasses(model, labels))),
          };
        },
      ),
  };
}

/** Decodes the vectors that the encoder's are rounded to. The prior has no part in it, nor have classes. */
function reconstruction(model: CodebookModel, count: number): Program {
  return program('vae.reconstruct', { x: given([count, ...model.shape]) }, ({ x }) => ({
    reconstruction: tf.reshape(model.observation.mean(decodeVectors(model, encodeImages(model, x).vectors)), [
      count,
      ...model.shape,
    ]),
  }));
}
