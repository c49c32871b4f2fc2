import type { Recipe } from './recipe.ts';

/**
 * R3GAN: relativistic pairing with zero-centred penalties on real and fake examples, and no normalisation. The weights are those of a
 * search over 0.3 and 1 for digits, 0.02 to 1 for the grid.
 *
 * @see Huang et al. 2024, arXiv:2501.05441
 */
export const r3: Recipe = {
  loss: 'relativistic',
  regulariser: 'r1-r2',
  imageRegulariserWeight: 0.3,
  pointsRegulariserWeight: 0.1,
  imageGeneratorNorm: 'none',
};
