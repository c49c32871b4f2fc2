import * as tf from '@tensorflow/tfjs-core';

/** The squared distance of each row from its partner, summed over the row and averaged over the batch: two tensors [N, ...] to a scalar. */
export const squaredError = (found: tf.Tensor, wanted: tf.Tensor): tf.Tensor =>
  tf.div(tf.sum(tf.square(tf.sub(found, wanted))), found.shape[0] ?? 1);
