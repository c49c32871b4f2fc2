import type { DatasetDefinition } from '../define-dataset.ts';
import { gaussianMixture } from '../sources/gaussian-mixture.ts';

const modes = 8;

const centres = Float32Array.from({ length: modes * 2 }, (_, i) => {
  const angle = (2 * Math.PI * Math.floor(i / 2)) / modes;
  return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
});

/**
 * Eight Gaussians around the unit circle: the 2D-ring on which dropped modes are counted.
 *
 * @see Srivastava et al. 2017 (VEEGAN), arXiv:1705.07761; Lin et al. 2018 (PacGAN), arXiv:1712.04086
 */
export const ring: DatasetDefinition = gaussianMixture(
  'ring',
  'Mixture of 8 two-dimensional Gaussians on a circle of radius 1, standard deviation 0.01, drawn from the seed.',
  { centres, count: modes, dimensions: 2, sigma: 0.01 },
);
