import * as tf from '@tensorflow/tfjs-core';

/**
 * The gated activation: tanh of the first half of the channels times the sigmoid of the second, [..., 2 C, ...] to [..., C, ...].
 *
 * @param axis that of the channels
 * @see van den Oord et al. 2016, arXiv:1606.05328
 */
export function gate(x: tf.Tensor, axis: number): tf.Tensor {
  const [value, open] = tf.split(x, 2, axis) as [tf.Tensor, tf.Tensor];
  return tf.mul(tf.tanh(value), tf.sigmoid(open));
}
