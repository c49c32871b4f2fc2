import * as tf from '@tensorflow/tfjs-core';
import { given, labels, normal, program, uniform, type Program } from '@kindred/engine';
import { adam, cosineRate, Parameters } from '@kindred/nn';
import type { BuildContext, Codes, GenerativeModel, LogLikelihood } from '@kindred/model';
import { convolutional } from './architecture/convolutional.ts';
import { perceptron } from './architecture/perceptron.ts';
import { importanceWeightedBound, type LatentModel } from './bounds.ts';
import { givenClasses } from './condition.ts';
import { described } from './estimator.ts';
import { klSchedule } from './kl-schedule.ts';
import { evidenceObjective, importanceWeightedObjective } from './objectives.ts';
import { observationFor } from './observation/observation-for.ts';
import type { VaeOptions } from './options.ts';
import { trainStepOf } from './train-step.ts';

type Context = BuildContext<VaeOptions>;

/** A model with what its programs need to know of its sizes. */
interface Built {
  readonly model: LatentModel;
  readonly latentSize: number;
  /** Of an example. */
  readonly shape: readonly number[];
  /** Number of classes that the model is told; 0 for none. */
  readonly classes: number;
}

/** A variational autoencoder whose codes are N(0, I), with diagonal Gaussians as posteriors. */
export function latentVae({ data, options, batchSize, totalSteps, random }: Context): GenerativeModel {
  const parameters = new Parameters(random.derive('parameters'));
  const training = new Parameters(random.derive('training'));
  const built = networksFor(parameters, data, options);
  const { model, latentSize, shape, classes } = built;
  const { beta: weight, klWarmUp: warmUp, klCycles: cycles, weightDecay, trainingSamples: draws } = options;
  const meansOnly = data.kind === 'image' && options.emission === 'mean';
  const trainStep = trainStepOf('vae.train', {
    model,
    latentSize,
    classes,
    variables: parameters.trainable,
    optimiser: adam(training.scope('optimiser'), parameters.trainable, { weightDecay }),
    learningRate: cosineRate(options.learningRate, 0, totalSteps),
    klWeight: klSchedule({ totalSteps, weight, warmUp, cycles }),
    objective: draws > 1 ? importanceWeightedObjective(draws) : evidenceObjective(options.freeBits),
    batchShape: [batchSize, ...shape],
    inputNoise: data.kind === 'image' ? options.imageInputNoise : 0,
  });
  const { meaning } = model.observation;
  return {
    parameters: parameters.all,
    trainStep,
    trainingState: training.all,
    ...(classes > 0 && { conditional: true }),
    sampler: (count) => ({
      kind: 'direct',
      program: meansOnly ? meanSampler(built, count) : drawSampler(built, count),
    }),
    logLikelihood: likelihood(built, options.importanceSamples),
    reconstruct: (count) => reconstruction(built, count),
    codes: codesOf(built),
    sampleMeaning: meansOnly ? meaning.mean : meaning.draw,
  };
}

function networksFor(parameters: Parameters, data: Context['data'], options: VaeOptions): Built {
  if (data.kind === 'sequence') throw new Error('vae: models points and images, got sequences; leave this family out.');
  const classes = options.conditional ? data.classes : 0;
  const { shape } = data;
  const dimensions = shape.reduce((product: number, length) => product * length, 1);
  const observation = observationFor(data.kind, options, parameters);
  const outputs = observation.outputsPerValue * dimensions;
  if (data.kind === 'points') {
    const { pointsLatentSize: latentSize, pointsWidth: width, pointsLayers: layers } = options;
    const networks = perceptron(parameters, { dimensions, latentSize, width, layers, outputs, classes });
    return { model: { ...networks, observation }, latentSize, shape, classes };
  }
  const { imageLatentSize: latentSize, imageChannels: channels, imageBlocks: blocks } = options;
  const { imageHidden: hidden, imageLayers: layers } = options;
  const { outputsPerValue } = observation;
  const networks =
    options.imageArchitecture === 'dense'
      ? perceptron(parameters, { dimensions, latentSize, width: hidden, layers, outputs, classes })
      : convolutional(parameters, {
          shape: data.shape,
          latentSize,
          channels,
          blocks,
          hidden,
          outputsPerValue,
          classes,
        });
  return { model: { ...networks, observation }, latentSize, shape, classes };
}

/** The input with the classes of `count` examples, where the model is told them. */
const classInput = (classes: number, count: number) => (classes > 0 ? { labels: labels([count]) } : {});

function likelihood({ model, latentSize, shape, classes }: Built, draws: number): LogLikelihood {
  const { observation, observesForLikelihood: observes } = model.observation;
  const estimator = `importance-weighted bound, k = ${draws}`;
  return {
    observation,
    estimator: described(estimator, { observes, told: classes > 0 }),
    program: (count) =>
      program(
        'vae.log-likelihood',
        {
          x: given([count, ...shape]),
          noise: normal([count, draws, latentSize]),
          ...(observes && { observationNoise: uniform([count, ...shape]) }),
          ...classInput(classes, count),
        },
        ({ x, noise, observationNoise, labels }) => ({
          logLikelihood: importanceWeightedBound(
            givenClasses(model, labels, classes),
            observes ? model.observation.observe(x, observationNoise) : x,
            noise,
          ),
        }),
      ),
  };
}

function meanSampler(built: Built, count: number): Program {
  const { model, latentSize, classes } = built;
  const inputs = { z: normal([count, latentSize]), ...classInput(classes, count) };
  return program('vae.sample', inputs, ({ z, labels }) => ({
    samples: decoded(built, z, givenClasses(model, labels, classes)),
  }));
}

function drawSampler({ model, latentSize, shape, classes }: Built, count: number): Program {
  const size = shape.reduce((product, length) => product * length, 1);
  const noise = model.observation.drawNoise === 'uniform' ? uniform([count, size]) : normal([count, size]);
  const inputs = { z: normal([count, latentSize]), noise, ...classInput(classes, count) };
  return program('vae.sample', inputs, ({ z, noise, labels }) => ({
    samples: tf.reshape(model.observation.draw(givenClasses(model, labels, classes).decode(z), noise), [
      count,
      ...shape,
    ]),
  }));
}

function reconstruction(built: Built, count: number): Program {
  const { model, shape, classes } = built;
  const inputs = { x: given([count, ...shape]), ...classInput(classes, count) };
  return program('vae.reconstruct', inputs, ({ x, labels }) => {
    const told = givenClasses(model, labels, classes);
    return { reconstruction: decoded(built, encoded(told, x), told) };
  });
}

function codesOf(built: Built): Codes {
  const { model, latentSize, shape, classes } = built;
  return {
    size: latentSize,
    encode: (count) =>
      program('vae.encode', { x: given([count, ...shape]), ...classInput(classes, count) }, ({ x, labels }) => ({
        codes: encoded(givenClasses(model, labels, classes), x),
      })),
    decode: (count) =>
      program('vae.decode', { codes: given([count, latentSize]), ...classInput(classes, count) }, (inputs) => ({
        decoded: decoded(built, inputs.codes, givenClasses(model, inputs.labels, classes)),
      })),
  };
}

/** The posterior's mean, [count, latentSize]. Images may be grey also where the encoder was trained on binary draws from them. */
const encoded = (told: LatentModel, x: tf.Tensor): tf.Tensor => told.encode(x).mean;

/** The mean of x given codes [count, latentSize], as examples: [count, ...shape]. @param told the model with the classes put in */
const decoded = ({ shape }: Built, codes: tf.Tensor, told: LatentModel): tf.Tensor =>
  tf.reshape(told.observation.mean(told.decode(codes)), [codes.shape[0] ?? 1, ...shape]);
