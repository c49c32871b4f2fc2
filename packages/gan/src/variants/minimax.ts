import type { Recipe } from './recipe.ts';

/**
 * The game as it was first written: the generator maximises the discriminator's loss.
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661
 */
export const minimax: Recipe = { loss: 'minimax' };
