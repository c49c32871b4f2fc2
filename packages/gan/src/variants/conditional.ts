import type { Recipe } from './recipe.ts';

/**
 * The plain game, told the class of each example: by projection in the discriminator, beside the noise in the generator.
 *
 * @see Miyato and Koyama 2018, arXiv:1802.05637
 */
export const conditional: Recipe = { loss: 'non-saturating', conditional: 'projection' };
