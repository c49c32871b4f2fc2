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

/**
 * What the encoder says of examples: a Gaussian for each, or without `logSd` one code, its `mean` [N, latentSize]; of an implicit posterior the
 * code where all noise is 0.
 */
export type Posterior = Pick<Gaussian, 'mean'> & Partial<Gaussian>;

/** Examples to codes and back. */
export interface Autoencoder {
  readonly latentSize: number;
  /** Of an example. */
  readonly shape: readonly number[];
  /** Numbers from N(0, 1) that a draw from a posterior takes; 0 where posteriors are one code each. */
  readonly noiseSize: number;
  /** Examples [N, ...shape] to the posterior of their codes. */
  readonly encode: (x: tf.Tensor) => Posterior;
  /** A draw from the posterior of each example, [N, latentSize]. @param noise [N, noiseSize]; not read where that is 0 */
  readonly draw: (x: tf.Tensor, noise?: tf.Tensor) => tf.Tensor;
  /** Codes [N, latentSize] to examples [N, ...shape] in the range of the data. */
  readonly decode: (codes: tf.Tensor, mode: Mode) => tf.Tensor;
}

/** mean + sd * noise. @param noise from N(0, 1), [N, latentSize] */
export const codesFrom = ({ mean, logSd }: Gaussian, noise: tf.Tensor): tf.Tensor =>
  tf.add(mean, tf.mul(tf.exp(logSd), noise));

/** A posterior that is known to be a Gaussian. */
export function gaussianOf({ mean, logSd }: Posterior): Gaussian {
  if (!logSd)
    throw new Error(
      'hybrid: a KL needs a Gaussian posterior, got one code for each example; set imagePosterior or pointsPosterior to gaussian.',
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
  const posterior = images ? options.imagePosterior : options.pointsPosterior;
  const noiseBeside = posterior === 'implicit' ? options.pointsPosteriorNoise : 0; // of a point
  const outputs = posterior === 'gaussian' ? 2 * latentSize : latentSize;
  const encoder = images
    ? convolutionalEncoder(encoding, {
        shape: data.shape,
        channels: options.imageEncoderChannels,
        hidden: options.imageEncoderHidden,
        outputs,
      })
    : perceptron(encoding, { inputs: data.shape[0] + noiseBeside, outputs, activation: leakyRelu(0.1) }, options);
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
    ...posteriors[posterior](encoder, posterior === 'gaussian' ? latentSize : noiseBeside),
    decode: decoder,
  };
}

type Posteriors = Pick<Autoencoder, 'noiseSize' | 'encode' | 'draw'>;

/** What an encoder's last layer means. @see Makhzani et al. 2015, arXiv:1511.05644, section 2, for all three */
const posteriors: Readonly<
  Record<HybridOptions['pointsPosterior'], (encoder: (x: tf.Tensor) => tf.Tensor, noiseSize: number) => Posteriors>
> = {
  gaussian: (encoder, noiseSize) => ({
    noiseSize,
    encode: (x) => posteriorFrom(encoder(x)),
    draw: (x, noise) => codesFrom(posteriorFrom(encoder(x)), given(noise)),
  }),
  deterministic: (encoder) => ({
    noiseSize: 0,
    encode: (x) => ({ mean: encoder(x) }),
    draw: (x) => encoder(x),
  }),
  implicit: (encoder, noiseSize) => {
    const draw = (x: tf.Tensor, noise: tf.Tensor): tf.Tensor => encoder(tf.concat([x, noise], 1));
    return {
      noiseSize,
      encode: (x) => ({ mean: draw(x, tf.zeros([x.shape[0] ?? 1, noiseSize])) }),
      draw: (x, noise) => draw(x, given(noise)),
    };
  },
};

function given(noise: tf.Tensor | undefined): tf.Tensor {
  if (!noise) throw new Error('hybrid: a draw from a posterior needs noise, got none; pass [N, noiseSize].');
  return noise;
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
