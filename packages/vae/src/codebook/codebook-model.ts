import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '@kindred/nn';
import type { BuildContext } from '@kindred/model';
import { observationFor } from '../observation/observation-for.ts';
import type { ObservationModel } from '../observation/observation-model.ts';
import type { VaeOptions } from '../options.ts';
import { codeNetworks, type CodeNetworks } from './code-networks.ts';
import { codePrior, priorLogProbability, type CodePrior } from './code-prior.ts';
import { openCodebook, quantise, type Codebook, type Quantised } from './codebook.ts';

/** The parts of a vector-quantised autoencoder. */
export interface CodebookModel {
  readonly networks: CodeNetworks;
  readonly codebook: Codebook;
  readonly prior: CodePrior;
  readonly observation: ObservationModel;
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
  /** Number of classes that the prior is told; 0 for none. */
  readonly classes: number;
}

export function codebookModel(
  parameters: Parameters,
  data: BuildContext<VaeOptions>['data'],
  options: VaeOptions,
): CodebookModel {
  if (data.kind !== 'image')
    throw new Error(`vae: a codebook is of images, got ${data.kind}; set imageCodes to gaussian.`);
  const { imageChannels: channels, imageBlocks: blocks, codeSize, codebookSize: codes } = options;
  const { shape } = data;
  const observation = observationFor('image', options, parameters);
  const { outputsPerValue } = observation;
  const networks = codeNetworks(parameters, { shape, channels, blocks, codeSize, outputsPerValue });
  const classes = options.conditional ? data.classes : 0;
  return {
    networks,
    observation,
    shape,
    classes,
    codebook: openCodebook(parameters.scope('codebook'), {
      size: codes,
      width: codeSize,
      trainable: options.codebookUpdate === 'loss',
    }),
    prior: codePrior(parameters.scope('prior'), {
      grid: networks.grid,
      codes,
      classes,
      channels: options.priorChannels,
      layers: options.priorLayers,
    }),
  };
}

/** What the encoder says of images and what becomes of it. */
export interface Encoded extends Quantised {
  /** Before quantisation, [N * rows * columns, codeSize]. */
  readonly encodings: tf.Tensor;
}

/** @param x [N, height, width, channels] */
export function encodeImages({ networks, codebook }: CodebookModel, x: tf.Tensor): Encoded {
  const encodings = tf.reshape(networks.encode(x), [-1, codebook.width]);
  return { encodings, ...quantise(codebook, encodings) };
}

/** Vectors [N * rows * columns, codeSize] to what the observation model needs, [N, outputsPerValue * height * width * channels]. */
export function decodeVectors({ networks, codebook }: CodebookModel, vectors: tf.Tensor): tf.Tensor {
  return networks.decode(tf.reshape(vectors, [-1, ...networks.grid, codebook.width]));
}

/** log p(codes) under the prior, nats per image, [N]. @param codes one-hot, [N * rows * columns, codes] */
export function codesLogProbability({ prior }: CodebookModel, codes: tf.Tensor, classes?: tf.Tensor): tf.Tensor {
  return priorLogProbability(prior, tf.reshape(codes, [-1, ...prior.grid, prior.codes]), classes);
}

/** Labels [N] one-hot, [N, classes], where the model is told them. */
export const oneHotClasses = ({ classes }: CodebookModel, labels: tf.Tensor | undefined): tf.Tensor | undefined =>
  labels && tf.oneHot(labels, classes, 1, 0, 'float32');
