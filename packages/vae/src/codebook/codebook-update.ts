import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '@kindred/nn';
import type { Codebook } from './codebook.ts';

/** Uses per batch, by the moving average, below which a vector may start anew. */
const leastUses = 0.1;
/** Below it an average count is no divisor any more: the vector stays what it is. */
const leastCount = 1e-6;

export interface CodebookUpdate {
  /**
   * Moves the vectors after a batch.
   * @param encodings what the encoder gave, [M, width]
   * @param codes their codes, one-hot, [M, size]
   * @param restart a scalar: 1 where vectors that nothing uses may start anew, else 0
   */
  update(encodings: tf.Tensor, codes: tf.Tensor, restart: tf.Tensor): void;
}

/**
 * Each vector follows the mean of the encodings that it stands for, by moving averages of their number and of their sum:
 *
 *     count = decay * count + (1 - decay) * uses,   sum = decay * sum + (1 - decay) * sum of encodings,   vector = sum / count
 *
 * A vector that less than every tenth batch uses takes the place of an encoding of the batch, so that none lies where no encoding
 * comes; at common decays the very first batch fills all but one of them that way.
 *
 * @see van den Oord et al. 2017, arXiv:1711.00937, appendix A.1; Dhariwal et al. 2020, arXiv:2005.00341, for restarts
 */
export function movingCodebook(state: Parameters, { size, width, vectors }: Codebook, decay: number): CodebookUpdate {
  const counts = state.state('counts', [size]);
  const sums = state.state('sums', [size, width]);
  return {
    update(encodings, codes, restart) {
      const moved = (average: tf.Tensor, value: tf.Tensor): tf.Tensor =>
        tf.add(tf.mul(average, decay), tf.mul(value, 1 - decay));
      const count = moved(counts, tf.sum(codes, 0)); // [size]
      const sum = moved(sums, tf.matMul(codes, encodings, true)); // [size, width]
      const unused = tf.logicalAnd(tf.less(count, leastUses), tf.greater(restart, 0)); // [size]
      const column = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [size, 1]);
      const places = tf.tensor1d(spread(encodings.shape[0] ?? 1, size), 'int32');
      const newCount = tf.where(unused, tf.onesLike(count), count);
      const newSum = tf.where(column(unused), tf.gather(encodings, places), sum);
      const divided = tf.div(newSum, column(tf.maximum(newCount, leastCount)));
      counts.assign(newCount);
      sums.assign(newSum);
      vectors.assign(tf.where(column(tf.greater(newCount, leastCount)), divided, vectors));
    },
  };
}

/** `count` places of `available` ones, far from each other and in step with nothing: multiples of the golden ratio, modulo 1. */
function spread(available: number, count: number): Int32Array {
  const ratio = (Math.sqrt(5) - 1) / 2;
  return Int32Array.from({ length: count }, (_, i) => Math.floor(((i * ratio) % 1) * available));
}
