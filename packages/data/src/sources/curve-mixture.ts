import type { DatasetDefinition } from '../define-dataset.ts';
import type { LogDensity } from '../types.ts';
import { gaussLegendre } from './gauss-legendre.ts';
import { mixtureLogDensity } from './log-density.ts';
import { drawnPoints } from './point-source.ts';

/** Curves in the plane with spherical Gaussian noise around them, all equally likely. */
export interface NoisyCurves {
  readonly count: number;
  /** The point of a curve at s in [0, 1]; smooth in s. */
  readonly position: (curve: number, s: number) => readonly [x: number, y: number];
  /** The s of a uniform number u in [0, 1): how s is drawn. */
  readonly quantile: (u: number) => number;
  /** The density that `quantile` gives s: the derivative of its inverse. */
  readonly density: (s: number) => number;
  /** Standard deviation of the noise, along each axis. */
  readonly sigma: number;
  /** The longest way that any curve makes per unit of s. */
  readonly speed: number;
}

/** Nodes of the Gauss-Legendre rule in each panel. */
const nodes = 16;

/**
 * The log density of noisy curves, in nats:
 *
 *     p(x) = 1/K sum_k integral over s in [0, 1] of density(s) N(x; c_k(s), sigma^2 I) ds
 *
 * The integral is taken by Gauss-Legendre rules of 16 nodes on panels of equal length in s, none of which is longer than four
 * sigma on the curve: over four sigma a Gaussian is so smooth that within eight sigma of the curves the log density is right
 * to 1e-12, and farther out to one part in 100 000. In effect p is a mixture of Gaussians at the nodes.
 *
 * @param refinement divides the panels further; for tests
 */
export function curvesLogDensity(curves: NoisyCurves, refinement = 1): LogDensity {
  const { count, position, density, sigma, speed } = curves;
  const panels = Math.ceil(speed / (4 * sigma)) * refinement;
  const rule = gaussLegendre(nodes);
  const perCurve = panels * nodes;
  const centres = new Float64Array(2 * count * perCurve);
  const weights = new Float64Array(count * perCurve);
  for (let k = 0; k < weights.length; k++) {
    const [node = 0, weight = 0] = rule[k % nodes] ?? [];
    const s = (Math.floor((k % perCurve) / nodes) + node) / panels;
    centres.set(position(Math.floor(k / perCurve), s), 2 * k);
    weights[k] = (weight * density(s)) / (panels * count);
  }
  return mixtureLogDensity({ centres, weights, dimensions: 2, sigma });
}

/** A dataset of noisy curves; the label of a point is the curve it was drawn from. */
export function curveMixture(name: string, description: string, curves: NoisyCurves): DatasetDefinition {
  const { count, position, quantile, sigma } = curves;
  return drawnPoints({
    name,
    description,
    dimensions: 2,
    classes: count,
    draw(curve, stream, target, at) {
      const [x, y] = position(curve, quantile(stream.uniform()));
      target[at] = x + sigma * stream.normal();
      target[at + 1] = y + sigma * stream.normal();
    },
    logDensity: curvesLogDensity(curves),
  });
}
