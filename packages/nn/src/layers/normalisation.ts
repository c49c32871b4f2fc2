import * as tf from '@tensorflow/tfjs-core';
import { ones, zeros } from '../initialisers.ts';
import type { Parameters } from '../parameters.ts';
import type { Layer } from './layer.ts';

export interface BatchNormConfig {
  /** Size of the last axis. */
  readonly channels: number;
  /** Share of the moving average that stays at each update; default 0.9. */
  readonly momentum?: number;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Batch normalisation over all axes but the last: (x - mean) / sqrt(variance + epsilon) * scale + offset. The batch's variance
 * is the biased one, and so is its moving average. Written with mean, sub and mul, so second derivatives exist.
 * Variables: `scale`, `offset`; state: `moving-mean`, `moving-variance`; all [channels].
 *
 * @see Ioffe and Szegedy 2015, arXiv:1502.03167
 */
export function batchNorm(parameters: Parameters, config: BatchNormConfig): Layer {
  const { channels, momentum = 0.9, epsilon = 1e-5 } = config;
  const scale = parameters.variable('scale', [channels], ones);
  const offset = parameters.variable('offset', [channels], zeros);
  const movingMean = parameters.state('moving-mean', [channels], 0);
  const movingVariance = parameters.state('moving-variance', [channels], 1);
  const update = (average: tf.Variable, value: tf.Tensor): void =>
    average.assign(tf.add(average, tf.mul(tf.sub(value, average), 1 - momentum)));

  return (x, mode = 'inference') => {
    if (mode === 'inference') {
      const factor = tf.mul(scale, tf.rsqrt(tf.add(movingVariance, epsilon))); // [channels]
      const shift = tf.sub(offset, tf.mul(movingMean, factor)); // [channels]: x is read once, by a product and a sum
      return tf.add(tf.mul(x, factor), shift);
    }
    const axes = x.shape.slice(0, -1).map((_, axis) => axis);
    const mean = tf.mean(x, axes); // [channels]
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.mul(centred, centred), axes); // [channels]
    if (mode === 'training') {
      update(movingMean, mean);
      update(movingVariance, variance);
    }
    return tf.add(tf.mul(centred, tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))), offset);
  };
}

export interface LayerNormConfig {
  /** Size of the last axis. */
  readonly channels: number;
  /** Over which values mean and variance are taken: the channels of each position, or all of an example. Default `channels`. */
  readonly over?: 'channels' | 'example';
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Layer normalisation: over the last axis, each position on its own, or over all axes but the first, each example on its own, as
 * convolutional critics take it. Variables: `scale`, `offset`, both [channels].
 *
 * @see Ba et al. 2016, arXiv:1607.06450
 */
export function layerNorm(parameters: Parameters, config: LayerNormConfig): Layer {
  const { channels, over = 'channels', epsilon = 1e-5 } = config;
  const scale = parameters.variable('scale', [channels], ones);
  const offset = parameters.variable('offset', [channels], zeros);
  return (x) => {
    const axes = over === 'channels' ? [x.rank - 1] : x.shape.slice(1).map((_, axis) => axis + 1);
    const centred = tf.sub(x, tf.mean(x, axes, true));
    const variance = tf.mean(tf.mul(centred, centred), axes, true); // [N, ..., 1]
    return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), scale), offset);
  };
}
