import * as tf from '@tensorflow/tfjs-core';
import type { Critic } from './regulariser.ts';

/**
 * The squared Euclidean norm of the critic's gradient by its input, [M]: one for each score, over all examples of its pack. It can be
 * differentiated again. No score may depend on examples of another, so batch normalisation has no place in such a critic.
 *
 * @param x [N, ...shape]; the i-th score belongs to the examples i, i + M, i + 2 M, ... (see `packed`)
 */
export function squaredSlopes(critic: Critic, x: tf.Tensor): tf.Tensor {
  let scores = 1;
  const gradient = tf.grad((at) => {
    const values = critic(at); // [M]
    scores = values.size;
    return tf.sum(values);
  })(x); // [N, ...shape]
  const examples = x.shape[0] ?? 1;
  return tf.sum(tf.square(tf.reshape(gradient, [examples / scores, scores, x.size / examples])), [0, 2]);
}

/** mean((|grad D(x)| - 1)^2). The root's slope is at most 5e5, at 0, where it would be infinite: a critic flat somewhere gets no NaN. */
export function unitSlopePenalty(critic: Critic, x: tf.Tensor): tf.Tensor {
  const norms = tf.sqrt(tf.add(squaredSlopes(critic, x), 1e-12)); // [M]
  return tf.mean(tf.square(tf.sub(norms, 1)));
}
