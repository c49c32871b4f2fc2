import type { DatasetDefinition } from '../define-dataset.ts';
import { curveMixture, type NoisyCurves } from '../sources/curve-mixture.ts';

/**
 * The upper half of the unit circle, and the lower half of the unit circle around (1, 1/2): c_0(s) = (cos pi s, sin pi s) and
 * c_1(s) = (1 - cos pi s, 1/2 - sin pi s), s uniform.
 */
export const moonCurves: NoisyCurves = {
  count: 2,
  position(moon, s) {
    const [cosine, sine] = [Math.cos(Math.PI * s), Math.sin(Math.PI * s)];
    return moon === 0 ? [cosine, sine] : [1 - cosine, 0.5 - sine];
  },
  quantile: (u) => u,
  density: () => 1,
  sigma: 0.1,
  speed: Math.PI,
};

/**
 * Two interleaving half circles. As `make_moons(noise=0.1)` of scikit-learn, but for the places on the circles, which are drawn
 * here and evenly spaced there: only so does the density have its closed form, see `curvesLogDensity`.
 *
 * @see Pedregosa et al. 2011, "Scikit-learn: machine learning in Python", arXiv:1201.0490
 */
export const moons: DatasetDefinition = curveMixture(
  'moons',
  'Two interleaving half circles of radius 1 with Gaussian noise of standard deviation 0.1, drawn from the seed.',
  moonCurves,
);
