import type { Recipe } from './recipe.ts';

/**
 * The game as it was first written: the generator maximises the discriminator's loss.
 *
 * What it reaches in suite `gan` (reports/gan: medians over seeds; the time on one core of an AMD EPYC by the training speed in its table of cost,
 * engine `onnx`):
 * - mnist, 96 000 examples, 61 s: Fréchet distance 45.3 (floor 6.9), coverage 0.47
 * - grid, 1 500 000 examples, 36 s: 21.5 of 25 modes (10 to 25), 87.2 % of high quality
 * - ring, 768 000 examples, 19 s: 0 of 8 modes (0 to 3), 0.0 % of high quality
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661
 */
export const minimax: Recipe = { loss: 'minimax' };
