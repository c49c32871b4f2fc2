import * as tf from '@tensorflow/tfjs-core';
import type { Initialiser } from '../initialisers.ts';
import type { Parameters } from '../parameters.ts';
import { conv2d } from './convolution.ts';
import type { KernelNorm } from './kernel-norm.ts';
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
  const { inputs, outputs, size, own } = config;
  const seen = Math.floor((size * size) / 2) + (own ? 1 : 0);
  const mask = Float32Array.from({ length: size * size * inputs * outputs }, (_, i) =>
    Math.floor(i / (inputs * outputs)) < seen ? 1 : 0,
  );
  const kernelNorm: KernelNorm = (_, kernel) => () => tf.mul(kernel, tf.tensor(mask, kernel.shape));
  return conv2d(parameters, { ...config, kernelNorm });
}
