import type { Recipe } from './recipe.ts';

/**
 * The plain game with a penalty that holds the discriminator's slope near the data at 1.
 *
 * @see Kodali et al. 2017, arXiv:1705.07215
 */
export const dragan: Recipe = {
  loss: 'non-saturating',
  regulariser: 'dragan',
  imageRegulariserWeight: 1,
  pointsRegulariserWeight: 0.1,
};
