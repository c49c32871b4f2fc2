import * as tf from '@tensorflow/tfjs-core';
import { glorotUniform, zeros, type Initialiser } from '../initialisers.ts';
import type { Parameters } from '../parameters.ts';
import type { Layer } from './layer.ts';
import { kernelOf, type KernelNorm } from './kernel-norm.ts';

export interface ConvolutionConfig {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly outputs: number;
  /** Height and width of the window. */
  readonly size: number;
  /** Default 1. */
  readonly stride?: number;
  /** Default `same`. */
  readonly padding?: 'same' | 'valid';
  /** Default true; leave it out before a normalisation. */
  readonly bias?: boolean;
  /** Default `glorotUniform`. */
  readonly initialiser?: Initialiser;
  /** Such as `spectralNorm`; default: the kernel as it is. */
  readonly kernelNorm?: KernelNorm;
  readonly activation?: Layer;
}

/**
 * Convolution, NHWC: x [N, H, W, inputs] to [N, H', W', outputs], where H' = ceil(H / stride) for `same` and
 * floor((H - size) / stride) + 1 for `valid`. Variables: `kernel` [size, size, inputs, outputs], `bias` [outputs].
 */
export function conv2d(parameters: Parameters, config: ConvolutionConfig): Layer {
  const { inputs, outputs, size, stride = 1, padding = 'same', initialiser = glorotUniform } = config;
  const variable = parameters.variable('kernel', [size, size, inputs, outputs], initialiser);
  const kernel = kernelOf(parameters, variable, config.kernelNorm);
  const finish = biasAndActivation(parameters, config);
  return (x, mode = 'inference') =>
    finish(tf.conv2d(x as tf.Tensor4D, kernel(mode) as tf.Tensor4D, stride, padding), mode);
}

/**
 * Transposed convolution, NHWC: x [N, H, W, inputs] to [N, H', W', outputs], where H' = H * stride for `same` and
 * (H - 1) * stride + size for `valid`. Variables: `kernel` [size, size, outputs, inputs] (TF.js's layout), `bias` [outputs].
 */
export function conv2dTransposed(parameters: Parameters, config: ConvolutionConfig): Layer {
  const { inputs, outputs, size, stride = 1, padding = 'same', initialiser = glorotUniform } = config;
  // An output is reached by the window's taps that fall on its phase of the stride: size^2 / stride^2 of them on average.
  const fans = { in: (inputs * size * size) / (stride * stride), out: outputs * size * size };
  const variable = parameters.variable('kernel', [size, size, outputs, inputs], (shape, random) =>
    initialiser(shape, random, fans),
  );
  const kernel = kernelOf(parameters, variable, config.kernelNorm);
  const finish = biasAndActivation(parameters, config);
  const grow = (length: number): number => (padding === 'same' ? length * stride : (length - 1) * stride + size);
  return (x, mode = 'inference') => {
    const [examples = 1, height = 1, width = 1] = x.shape;
    const shape: [number, number, number, number] = [examples, grow(height), grow(width), outputs];
    return finish(tf.conv2dTranspose(x as tf.Tensor4D, kernel(mode) as tf.Tensor4D, shape, stride, padding), mode);
  };
}

function biasAndActivation(parameters: Parameters, config: ConvolutionConfig): Layer {
  const { outputs, bias = true, activation } = config;
  const offset = bias ? parameters.variable('bias', [outputs], zeros) : undefined;
  return (x, mode) => {
    const value = offset ? tf.add(x, offset) : x;
    return activation ? activation(value, mode) : value;
  };
}
