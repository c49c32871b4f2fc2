import type { Recipe } from './recipe.ts';

/**
 * The plain game with a discriminator that judges examples two by two.
 *
 * What it reaches in suite `gan` (reports/gan: medians over seeds; the time on one core of an AMD EPYC by the training speed in its table of cost,
 * engine `onnx`):
 * - mnist, 96 000 examples, 49 s: Fréchet distance 47.6 (floor 6.9), coverage 0.47
 * - grid, 1 500 000 examples, 29 s: 24 of 25 modes (20 to 25), 16.7 % of high quality
 * - ring, 768 000 examples, 19 s: 8 of 8 modes (8 to 8), 94.8 % of high quality
 *
 * @see Lin et al. 2018, arXiv:1712.04086
 */
export const pacgan: Recipe = { loss: 'non-saturating', packing: 2 };
