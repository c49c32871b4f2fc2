import type { Recipe } from './recipe.ts';

/**
 * The hinge loss, with no bound on the discriminator's slope; `spectral-norm` is the same with one.
 *
 * What it reaches in suite `gan` (reports/gan: medians over seeds; the time on one core of an AMD EPYC by the training speed in its table of cost,
 * engine `onnx`):
 * - mnist, 96 000 examples, 70 s: Fréchet distance 39.6 (floor 6.9), coverage 0.51
 * - grid, 1 500 000 examples, 36 s: 22.5 of 25 modes (18 to 25), 90.3 % of high quality
 * - ring, 768 000 examples, 18 s: 8 of 8 modes (8 to 8), 96.8 % of high quality
 *
 * @see Lim and Ye 2017, arXiv:1705.02894
 */
export const hinge: Recipe = { loss: 'hinge' };
