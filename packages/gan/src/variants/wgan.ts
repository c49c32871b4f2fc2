import type { Recipe } from './recipe.ts';

/**
 * Wasserstein distance by a critic whose variables are clipped. RMSProp, rate, clip and critic steps are the paper's; it found
 * that momentum makes the critic unstable.
 *
 * @see Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1
 */
export const wgan: Recipe = {
  loss: 'wasserstein',
  imageWeightClip: 0.01,
  pointsWeightClip: 0.01,
  criticSteps: 5,
  optimiser: 'rmsprop',
  imageLearningRate: 5e-5,
  pointsLearningRate: 5e-5,
};
