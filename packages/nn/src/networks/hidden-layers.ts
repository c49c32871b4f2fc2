import type { Initialiser } from '../initialisers.ts';
import { dense } from '../layers/dense.ts';
import type { KernelNorm } from '../layers/kernel-norm.ts';
import type { Layer } from '../layers/layer.ts';
import type { Parameters } from '../parameters.ts';
import { normalisation, type NormName } from './norms.ts';

/** The hidden layers of a perceptron. */
export interface Hidden {
  readonly layers: number;
  /** Units of each. */
  readonly width: number;
  /** Default `none`. */
  readonly norm?: NormName;
}

export interface HiddenConfig extends Hidden {
  readonly activation: Layer;
  /** Default: that of `dense`. */
  readonly initialiser?: Initialiser;
  readonly kernelNorm?: KernelNorm;
}

/**
 * Dense, normalisation, activation, so many times: rows [N, inputs] to [N, width]. Scopes: `hidden-1`, `hidden-1-norm`, `hidden-2`, ...;
 * no biases before a normalisation.
 */
export function hiddenLayers(parameters: Parameters, inputs: number, config: HiddenConfig): Layer[] {
  const { layers, width, norm = 'none', activation, initialiser, kernelNorm } = config;
  return Array.from({ length: layers }, (_, i) => [
    dense(parameters.scope(`hidden-${i + 1}`), {
      inputs: i === 0 ? inputs : width,
      outputs: width,
      bias: norm === 'none',
      ...(initialiser && { initialiser }),
      ...(kernelNorm && { kernelNorm }),
    }),
    ...normalisation(norm, parameters.scope(`hidden-${i + 1}-norm`), width),
    activation,
  ]).flat();
}
