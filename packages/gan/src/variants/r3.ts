import type { Recipe } from './recipe.ts';

/**
 * R3GAN: relativistic pairing with zero-centred penalties on real and fake examples, and no normalisation. The weights are those of a
 * search over 0.3 and 1 for digits, 0.02 to 1 for the grid (by runs that were not kept, one seed each).
 *
 * What it reaches in suite `gan` (reports/gan: medians over seeds; the time on one core of an AMD EPYC by the training speed in its table of cost,
 * engine `onnx`):
 * - mnist, 96 000 examples, 100 s: Fréchet distance 36.3 (floor 6.9), coverage 0.51
 * - grid, 1 500 000 examples, 56 s: 25 of 25 modes (25 to 25), 91.6 % of high quality
 * - ring, 768 000 examples, 29 s: 8 of 8 modes (8 to 8), 92.9 % of high quality
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
