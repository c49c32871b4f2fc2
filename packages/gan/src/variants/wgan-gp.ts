import type { Recipe } from './recipe.ts';

/**
 * Wasserstein distance by a critic whose slope a penalty holds at 1. Weight, critic steps, rate and betas are the paper's.
 *
 * @see Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1
 */
export const wganGp: Recipe = {
  loss: 'wasserstein',
  regulariser: 'gradient-penalty',
  imageRegulariserWeight: 10,
  pointsRegulariserWeight: 0.1,
  criticSteps: 2,
  imageLearningRate: 2e-3,
  pointsLearningRate: 2e-3,
  imageBeta1: 0,
  pointsBeta1: 0,
  imageBeta2: 0.9,
  pointsBeta2: 0.9,
};
