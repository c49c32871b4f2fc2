import * as tf from '@tensorflow/tfjs-core';
import type { Regulariser } from './regulariser.ts';
import { squaredSlopes } from './slopes.ts';

/**
 * R1: weight / 2 * mean(|grad D(x)|^2) over real examples. A discriminator that keeps a slope on the data although the
 * generator has matched it is what makes the game circle; this is the smallest term that lets it end there.
 *
 * @param weight gamma
 * @see Mescheder et al. 2018, arXiv:1801.04406
 */
export const r1 = (weight: number): Regulariser => ({
  penalty: (critic, { real }) => tf.mul(tf.mean(squaredSlopes(critic, real)), weight / 2),
});

/**
 * R1 on real and R2 on fake examples, with the same weight: what relativistic pairing needs to converge.
 *
 * @param weight gamma
 * @see Mescheder et al. 2018, arXiv:1801.04406; Huang et al. 2024, arXiv:2501.05441
 */
export const r1r2 = (weight: number): Regulariser => ({
  penalty: (critic, evidence) =>
    tf.add(r1(weight).penalty(critic, evidence), r1(weight).penalty(critic, { ...evidence, real: evidence.fake })),
});
