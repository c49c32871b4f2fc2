import type { DatasetDefinition } from '../define-dataset.ts';
import { curveMixture, type NoisyCurves } from '../sources/curve-mixture.ts';

/** Each arm makes one turn and a half. */
const turns = 3 * Math.PI;

/**
 * Two arms of an Archimedean spiral: c(s) = ±(-cos(t), sin(t)) t / 3 with t = 3 pi s, and s the root of a uniform number, so
 * that points lie about as densely everywhere along an arm. Neighbouring arms are pi / 3 apart.
 */
export const spiralCurves: NoisyCurves = {
  count: 2,
  position(arm, s) {
    const angle = turns * s;
    const radius = (arm === 0 ? angle : -angle) / 3;
    return [-Math.cos(angle) * radius, Math.sin(angle) * radius];
  },
  quantile: (u) => Math.sqrt(u),
  density: (s) => 2 * s,
  sigma: 0.1,
  speed: (turns / 3) * Math.sqrt(1 + turns ** 2), // |c'(s)| at s = 1, where it is largest
};

/**
 * Two arms of a spiral. As `2spirals` of FFJORD's code, without the uniform jitter that it adds to the noise.
 *
 * @see Grathwohl et al. 2019 (FFJORD), arXiv:1810.01367
 */
export const spiral: DatasetDefinition = curveMixture(
  'spiral',
  'Two arms of a spiral of one turn and a half with Gaussian noise of standard deviation 0.1, drawn from the seed.',
  spiralCurves,
);
