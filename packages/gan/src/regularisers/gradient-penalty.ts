import * as tf from '@tensorflow/tfjs-core';
import { noiseOf, type Regulariser } from './regulariser.ts';
import { unitSlopePenalty } from './slopes.ts';

/**
 * WGAN-GP's penalty: weight * mean((|grad D(x)| - 1)^2), x uniform on the line between a real example and a fake one. Two-sided:
 * a slope below 1 costs as one above it.
 *
 * @param weight lambda; 10 in the paper
 * @see Gulrajani et al. 2017, arXiv:1704.00028
 */
export const gradientPenalty = (weight: number): Regulariser => ({
  noise: (_, scores) => [scores],
  penalty(critic, evidence) {
    const { real, fake } = evidence; // [N, ...shape]
    const noise = noiseOf(evidence); // [M]: one place on the line for all examples of a pack
    const places = tf.tile(noise, [(real.shape[0] ?? 1) / noise.size]); // [N]
    const share = tf.reshape(places, [places.size, ...real.shape.slice(1).map(() => 1)]); // [N, 1, ...]
    const between = tf.add(fake, tf.mul(share, tf.sub(real, fake)));
    return tf.mul(unitSlopePenalty(critic, between), weight);
  },
});
