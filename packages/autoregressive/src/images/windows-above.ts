import * as tf from '@tensorflow/tfjs-core';

/** The windows of a row's pixels in the rows above: [rows, width, N] to [rows * (2 reach + 1), width * N], row by row of the window. */
export function windowsAbove(above: tf.Tensor, reach: number): tf.Tensor {
  const [rows = 1, width = 1, count = 1] = above.shape;
  const padded = tf.pad(above, [
    [0, 0],
    [reach, reach],
    [0, 0],
  ]);
  const windows = Array.from({ length: 2 * reach + 1 }, (_, tap) =>
    tf.slice(padded, [0, tap, 0], [rows, width, count]),
  );
  return tf.reshape(tf.stack(windows, 1), [rows * (2 * reach + 1), width * count]);
}
