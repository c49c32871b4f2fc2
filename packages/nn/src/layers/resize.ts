import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from './layer.ts';

/** Nearest neighbour, each pixel four times: [N, H, W, C] to [N, 2 H, 2 W, C]. Written with concat, so derivatives of any order exist. */
export const upsample: Layer = (x) => {
  const [examples = 1, height = 1, width = 1, channels = 1] = x.shape;
  // Rows of memory: doubling the last axis of [N, H, W, C] puts a pixel beside itself, of [N, H, 2 W C] a row below itself.
  const wide = tf.concat([x, x], 3); // [N, H, W, 2 C] = [N, H, 2 W, C]
  const rows = tf.reshape(wide, [examples, height, 2 * width * channels]);
  return tf.reshape(tf.concat([rows, rows], 2), [examples, 2 * height, 2 * width, channels]);
};

/** The mean of each window of 2 x 2: [N, H, W, C] to [N, H / 2, W / 2, C], H and W even. */
export const downsample: Layer = (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid');
