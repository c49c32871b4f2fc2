import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '@kindred/nn';

/** The first examples that a model saw, kept in variables. */
export interface Bank {
  /** [capacity, size]: it fills from its end, so its last `filled` rows are in use. */
  readonly rows: tf.Variable;
  readonly filled: tf.Variable; // scalar
  /** Takes examples x [N, size] as long as there is room, in their order. */
  take(x: tf.Tensor): void;
  /** 1 for rows in use, 0 for others: [capacity]. */
  used(): tf.Tensor;
  /** Rows drawn with replacement, by numbers u [N] from U[0, 1): [N, size]. */
  draw(u: tf.Tensor): tf.Tensor;
}

/** Variables: `bank` and `filled`. The bank is the training split where its capacity is that split's and epochs are permutations of it. */
export function bankOf(parameters: Parameters, capacity: number, size: number): Bank {
  const bank = parameters.state('bank', [capacity, size]);
  const filled = parameters.state('filled', []);
  return {
    rows: bank,
    filled,
    take(x) {
      const taken = tf.minimum(tf.sub(capacity, filled), x.shape[0] ?? 0);
      // All rows, old and new, from the `taken`-th on: as many as the bank has, ending with the first `taken` of the batch.
      const rows = tf.concat([bank, x]);
      bank.assign(tf.gather(rows, tf.add(tf.range(0, capacity, 1, 'int32'), tf.cast(taken, 'int32'))));
      filled.assign(tf.add(filled, taken));
    },
    used: () => tf.cast(tf.greaterEqual(tf.range(0, capacity, 1, 'float32'), tf.sub(capacity, filled)), 'float32'),
    draw(u) {
      const drawn = tf.minimum(tf.floor(tf.mul(u, filled)), tf.sub(filled, 1));
      return tf.gather(bank, tf.cast(tf.add(tf.sub(capacity, filled), drawn), 'int32'));
    },
  };
}

/** Training steps until so many examples were seen, and one more, which reports that nothing new came. */
export const stepsToSeeAll = (examples: number, batchSize: number): number => Math.ceil(examples / batchSize) + 1;
