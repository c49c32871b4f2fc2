import type { Recipe } from './recipe.ts';

/**
 * The hinge loss with a discriminator whose layers are normalised to a slope of 1.
 *
 * @see Miyato et al. 2018, arXiv:1802.05957
 */
export const spectralNorm: Recipe = { loss: 'hinge', spectralNorm: true };
