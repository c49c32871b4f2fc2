import * as tf from '@tensorflow/tfjs-core';
import type { Sampler } from '@kindred/model';
import type { Parameters } from '@kindred/nn';
import { naiveSampler } from '../naive-sampler.ts';
import type { RowSamplerConfig } from './pixel-rows.ts';

/**
 * Draws binary images pixel by pixel, with a whole forward pass for each.
 *
 * @param logits x [N, rows * width] of 0 and 1 to the logits of all pixels, each given the ones before it
 */
export function naivePixels(logits: (x: tf.Tensor) => tf.Tensor, state: Parameters, config: RowSamplerConfig): Sampler {
  const { name, count, rows, width, emission } = config;
  return naiveSampler(state, {
    name,
    count,
    size: rows * width,
    noise: { shape: [rows, count, width], byPosition: (u) => tf.transpose(u, [0, 2, 1]) },
    choose(x, at, noise) {
      const probability = tf.sigmoid(tf.gather(logits(x), tf.reshape(at, [1]), 1)); // [N, 1]
      const drawn = tf.cast(tf.less(tf.reshape(noise, [count, 1]), probability), 'float32');
      return { drawn, shown: emission === 'probability' ? probability : drawn };
    },
  });
}
