import * as tf from '@tensorflow/tfjs-core';
import type { BuildContext } from '@kindred/model';
import {
  convolutionalEncoder,
  dcganGenerator,
  dense,
  flatten,
  heNormal,
  hiddenLayers,
  leakyRelu,
  posteriorFrom,
  relu,
  sequential,
  type Gaussian,
  type Layer,
  type Mode,
  type Parameters,
} from '@kindred/nn';
import type { HybridOptions } from '../options.ts';

/** What the encoder says of examples: a Gaussian for each, or without `logSd` one code, its `mean` [N, latentSize]. */
export type Posterior = Pick<Gaussian, 'mean'> & Partial<Gaussian>;

/** Examples to codes and back. */
export interface Autoencoder {
  readonly latentSize: number;
  /** Of an example. */
  readonly shape: readonly number[];
  /** Whether posteriors are Gaussians; otherwise they are one code each. */
  readonly gaussian: boolean;
  /** Examples [N, ...shape] to the posterior of their codes. */
  readonly encode: (x: tf.Tensor) => Posterior;
  /** Codes [N, latentSize] to examples [N, ...shape] in the range of the data. */
  readonly decode: (codes: tf.Tensor, mode: Mode) => tf.Tensor;
}

/** mean + sd * noise, or the mean where the posterior is one code. @param noise from N(0, 1), [N, latentSize] */
export const codesFrom = ({ mean, logSd }: Posterior, noise: tf.Tensor | undefined): tf.Tensor =>
  logSd && noise ? tf.add(mean, tf.mul(tf.exp(logSd), noise)) : mean;

/** A posterior that is known to be a Gaussian. */
export function gaussianOf({ mean, logSd }: Posterior): Gaussian {
  if (!logSd)
    throw new Error(
      'hybrid: a KL needs a Gaussian posterior, got one code for each example; set posterior to gaussian.',
    );
  return { mean, logSd };
}

/** Data that the family has networks for. */
export type Data = Exclude<BuildContext<HybridOptions>['data'], { readonly kind: 'sequence' }>;

/**
 * Encoder and decoder in the scopes `encoder` and `decoder`: convolutions and DCGAN's generator for images, perceptrons for points.
 */
export function autoencoderFor(parameters: Parameters, data: Data, options: HybridOptions): Autoencoder {
  const [encoding, decoding] = [parameters.scope('encoder'), parameters.scope('decoder')];
  const images = data.kind === 'image';
  const latentSize = images ? options.imageLatentSize : options.pointsLatentSize;
  const gaussian = options.posterior === 'gaussian';
  const outputs = gaussian ? 2 * latentSize : latentSize;
  const encoder = images
    ? convolutionalEncoder(encoding, {
        shape: data.shape,
        channels: options.imageEncoderChannels,
        hidden: options.imageEncoderHidden,
        outputs,
      })
    : perceptron(encoding, { inputs: data.shape[0], outputs, activation: leakyRelu(0.1) }, options);
  const decoder = images
    ? dcganGenerator(decoding, {
        inputs: latentSize,
        shape: data.shape,
        channels: options.imageDecoderChannels,
        norm: options.imageDecoderNorm,
      })
    : perceptron(decoding, { inputs: latentSize, outputs: data.shape[0], activation: relu }, options);
  return {
    latentSize,
    shape: data.shape,
    gaussian,
    encode: (x) => (gaussian ? posteriorFrom(encoder(x)) : { mean: encoder(x) }),
    decode: decoder,
  };
}

interface PerceptronConfig {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Layer;
}

function perceptron(parameters: Parameters, config: PerceptronConfig, options: HybridOptions): Layer {
  const { pointsLayers: layers, pointsWidth: width } = options;
  const { inputs, outputs, activation } = config;
  return sequential(
    flatten,
    ...hiddenLayers(parameters, inputs, { layers, width, activation, initialiser: heNormal }),
    dense(parameters.scope('output'), { inputs: width, outputs }),
  );
}
