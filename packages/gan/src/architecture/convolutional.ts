import * as tf from '@tensorflow/tfjs-core';
import {
  batchNorm,
  conv2d,
  conv2dTransposed,
  dense,
  flatten,
  leakyRelu,
  relu,
  reshapeTo,
  sequential,
  sigmoid,
  type Layer,
  type Parameters,
} from '@kindred/nn';
import type { Architecture } from './architecture.ts';

export interface ConvolutionalConfig {
  /** [height, width, channels]; height and width divisible by 4. */
  readonly shape: readonly [number, number, number];
  readonly latentSize: number;
  /** Channels of the generator at a quarter and at half of the resolution. */
  readonly generatorChannels: readonly [number, number];
  /** Channels of the discriminator at half and at a quarter of the resolution. */
  readonly discriminatorChannels: readonly [number, number];
  /** Batch normalisation in the generator. */
  readonly generatorNorm: boolean;
  /** Batch normalisation in the discriminator's second layer. */
  readonly discriminatorNorm: boolean;
}

/**
 * For images: the layout of DCGAN with two strides of 2, each with a window of 4, which a stride of 2 covers evenly.
 * The generator is dense, transposed convolution, transposed convolution, sigmoid; the discriminator is its mirror image with
 * leaky ReLU. Weights start from Glorot's distribution, not from DCGAN's N(0, 0.02^2).
 *
 * @see Radford et al. 2016, arXiv:1511.06434
 */
export function convolutional(config: ConvolutionalConfig): Architecture {
  return {
    latentSize: config.latentSize,
    generator: (parameters) => generator(parameters, config),
    discriminator: (parameters) => discriminator(parameters, config),
  };
}

const window = { size: 4, stride: 2 } as const;

function generator(parameters: Parameters, config: ConvolutionalConfig): Layer {
  const { latentSize, generatorNorm } = config;
  const [height, width, channels] = config.shape;
  const [quarter, half] = config.generatorChannels;
  const norm = (name: string, size: number): Layer[] =>
    generatorNorm ? [batchNorm(parameters.scope(name), { channels: size })] : [];
  return sequential(
    dense(parameters.scope('dense'), {
      inputs: latentSize,
      outputs: (height / 4) * (width / 4) * quarter,
      bias: !generatorNorm,
    }),
    reshapeTo(height / 4, width / 4, quarter), // [N, h/4, w/4, quarter]
    ...norm('dense-norm', quarter),
    relu,
    conv2dTransposed(parameters.scope('deconvolution-1'), {
      ...window,
      inputs: quarter,
      outputs: half,
      bias: !generatorNorm,
    }), // [N, h/2, w/2, half]
    ...norm('deconvolution-1-norm', half),
    relu,
    conv2dTransposed(parameters.scope('deconvolution-2'), { ...window, inputs: half, outputs: channels }),
    sigmoid, // [N, h, w, channels] in 0 ... 1
  );
}

function discriminator(parameters: Parameters, config: ConvolutionalConfig): Layer {
  const { discriminatorNorm } = config;
  const [height, width, channels] = config.shape;
  const [half, quarter] = config.discriminatorChannels;
  const norm = discriminatorNorm ? [batchNorm(parameters.scope('convolution-2-norm'), { channels: quarter })] : [];
  return sequential(
    (images) => tf.sub(tf.mul(images, 2), 1), // intensities to -1 ... 1
    conv2d(parameters.scope('convolution-1'), { ...window, inputs: channels, outputs: half, activation: leakyRelu() }),
    conv2d(parameters.scope('convolution-2'), {
      ...window,
      inputs: half,
      outputs: quarter,
      bias: !discriminatorNorm,
    }), // [N, h/4, w/4, quarter]
    ...norm,
    leakyRelu(),
    flatten,
    dense(parameters.scope('output'), { inputs: (height / 4) * (width / 4) * quarter, outputs: 1 }),
    (scores) => tf.squeeze(scores, [1]), // [N]
  );
}
