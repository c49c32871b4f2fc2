import type { Recipe } from './recipe.ts';

/**
 * The plain game with a discriminator that judges examples two by two.
 *
 * @see Lin et al. 2018, arXiv:1712.04086
 */
export const pacgan: Recipe = { loss: 'non-saturating', packing: 2 };
