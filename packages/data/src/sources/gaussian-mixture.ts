import type { DatasetDefinition } from '../define-dataset.ts';
import type { Modes } from '../types.ts';
import { mixtureLogDensity } from './log-density.ts';
import { drawnPoints } from './point-source.ts';

/** A dataset of spherical Gaussians with equal weights; the label of a point is the mode it was drawn from. */
export function gaussianMixture(name: string, description: string, modes: Modes): DatasetDefinition {
  const { centres, count, dimensions, sigma } = modes;
  const weights = new Float64Array(count).fill(1 / count);
  return drawnPoints({
    name,
    description,
    dimensions,
    classes: count,
    draw(mode, stream, target, at) {
      for (let d = 0; d < dimensions; d++) {
        target[at + d] = (centres[mode * dimensions + d] as number) + sigma * stream.normal();
      }
    },
    logDensity: mixtureLogDensity({ centres, weights, dimensions, sigma }),
    modes,
  });
}
