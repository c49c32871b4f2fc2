import * as tf from '@tensorflow/tfjs-core';
import { glorotUniform, zeros, type Initialiser } from '../initialisers.ts';
import type { Parameters } from '../parameters.ts';
import type { Layer } from './layer.ts';

export interface MaskedConvolutionConfig {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly outputs: number;
  /** Height and width of the window, odd. */
  readonly size: number;
  /** Whether a place sees itself: mask B where true, A where false, which the first layer needs. */
  readonly own: boolean;
  /** Default `glorotUniform`. */
  readonly initialiser?: Initialiser;
}

/**
 * Convolution, NHWC, whose window ends before its own place or at it, in raster order: x [N, H, W, inputs] to [N, H, W, outputs].
 * Variables: `kernel` [size, size, inputs, outputs], of which the taps behind are never used, and `bias` [outputs].
 *
 * @see van den Oord et al. 2016, arXiv:1601.06759
 */
export function maskedConv2d(parameters: Parameters, config: MaskedConvolutionConfig): Layer {
  const { inputs, outputs, size, own, initialiser = glorotUniform } = config;
  const shape: [number, number, number, number] = [size, size, inputs, outputs];
  const kernel = parameters.variable('kernel', shape, initialiser);
  const bias = parameters.variable('bias', [outputs], zeros);
  const seen = Math.floor((size * size) / 2) + (own ? 1 : 0);
  const mask = Float32Array.from({ length: size * size * inputs * outputs }, (_, i) =>
    Math.floor(i / (inputs * outputs)) < seen ? 1 : 0,
  );
  return (x) => {
    const masked = tf.mul<tf.Tensor4D>(kernel, tf.tensor(mask, shape));
    return tf.add(tf.conv2d(x as tf.Tensor4D, masked, 1, 'same'), bias);
  };
}
