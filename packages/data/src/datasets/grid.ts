import type { DatasetDefinition } from '../define-dataset.ts';
import { gaussianMixture } from '../sources/gaussian-mixture.ts';

const axis = [-4, -2, 0, 2, 4] as const;

const centres = Float32Array.from(axis.flatMap((x) => axis.flatMap((y) => [x, y])));

/**
 * Twenty-five Gaussians on a square grid: the 2D-grid on which dropped modes are counted.
 *
 * @see Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761; Lin et al. 2018 (PacGAN), arXiv:1712.04086
 */
export const grid: DatasetDefinition = gaussianMixture(
  'grid',
  'Mixture of 25 two-dimensional Gaussians at {-4, -2, 0, 2, 4} x {-4, -2, 0, 2, 4}, standard deviation 0.05, drawn from the seed.',
  { centres, count: axis.length ** 2, dimensions: 2, sigma: 0.05 },
);
