import type { Recipe } from './recipe.ts';

/**
 * The hinge loss, with no bound on the discriminator's slope; `spectral-norm` is the same with one.
 *
 * @see Lim and Ye 2017, arXiv:1705.02894
 */
export const hinge: Recipe = { loss: 'hinge' };
