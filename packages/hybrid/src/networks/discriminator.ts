import * as tf from '@tensorflow/tfjs-core';
import {
  dcganFeatures,
  dense,
  heNormal,
  hiddenLayers,
  leakyRelu,
  sequential,
  type Hidden,
  type Features,
  type Mode,
  type Parameters,
} from '@kindred/nn';
import type { HybridOptions } from '../options.ts';
import type { Data } from './autoencoder.ts';

/** A discriminator in two parts, whose features are also looked at alone. */
export interface Discriminator {
  /** What it sees [N, ...] to features [N, size]. */
  features(x: tf.Tensor, mode: Mode): tf.Tensor;
  /** Features [N, size] to raw scores [N]: any real number, higher for what looks real. */
  scores(features: tf.Tensor): tf.Tensor;
}

/** Sees examples [N, ...shape]; images are taken from 0 ... 1 to -1 ... 1. */
export function exampleDiscriminator(parameters: Parameters, data: Data, options: HybridOptions): Discriminator {
  if (data.kind === 'points') {
    const hidden = { layers: options.pointsDiscriminatorLayers, width: options.pointsWidth };
    return perceptron(parameters, data.shape[0], hidden);
  }
  const { layer, size } = dcganFeatures(parameters, {
    shape: data.shape,
    channels: options.imageDiscriminatorChannels,
    norm: options.imageDiscriminatorNorm,
  });
  const signed = (x: tf.Tensor): tf.Tensor => tf.sub(tf.mul(x, 2), 1);
  return scored(parameters, { layer: (x, mode) => layer(signed(x), mode), size });
}

/** Sees codes [N, latentSize]. */
export const codeDiscriminator = (parameters: Parameters, latentSize: number, options: HybridOptions): Discriminator =>
  perceptron(parameters, latentSize, {
    layers: options.codeDiscriminatorLayers,
    width: options.codeDiscriminatorWidth,
  });

function perceptron(parameters: Parameters, inputs: number, hidden: Hidden): Discriminator {
  const layers = hiddenLayers(parameters, inputs, { ...hidden, activation: leakyRelu(), initialiser: heNormal });
  return scored(parameters, { layer: sequential(...layers), size: hidden.width });
}

/** A linear layer behind the features. */
function scored(parameters: Parameters, { layer, size }: Features): Discriminator {
  const output = dense(parameters.scope('output'), { inputs: size, outputs: 1 });
  return { features: layer, scores: (features) => tf.squeeze(output(features), [1]) };
}
