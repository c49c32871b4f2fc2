import * as tf from '@tensorflow/tfjs-core';
import { noiseOf, type Regulariser } from './regulariser.ts';
import { unitSlopePenalty } from './slopes.ts';

/**
 * DRAGAN's penalty: weight * mean((|grad D(x)| - 1)^2) around the real data alone, at x + s u with u uniform in [0, 1) per value and
 * s half the standard deviation of all values of the batch.
 *
 * @param weight lambda; 10 in the paper
 * @see Kodali et al. 2017, arXiv:1705.07215
 */
export const dragan = (weight: number): Regulariser => ({
  noise: ([examples = 1, ...shape]) => [examples, ...shape],
  penalty(critic, evidence) {
    const { real } = evidence; // [N, ...shape]
    const deviation = tf.sqrt(tf.mean(tf.square(tf.sub(real, tf.mean(real)))));
    const around = tf.add(real, tf.mul(noiseOf(evidence), tf.mul(deviation, 0.5)));
    return tf.mul(unitSlopePenalty(critic, around), weight);
  },
});
