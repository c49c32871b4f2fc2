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
  pointsWeightClip: 0.1,
  criticSteps: 2,
  optimiser: 'rmsprop',
  imageLearningRate: 1e-3,
  pointsLearningRate: 1e-3,
};
