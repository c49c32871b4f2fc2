import type { Recipe } from './recipe.ts';

/**
 * Least squares instead of cross-entropies.
 *
 * @see Mao et al. 2017, arXiv:1611.04076
 */
export const lsgan: Recipe = { loss: 'lsgan' };
