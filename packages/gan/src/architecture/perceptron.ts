import {
  dense,
  heNormal,
  leakyRelu,
  relu,
  sequential,
  type KernelNorm,
  type Layer,
  type Parameters,
} from '@kindred/nn';
import type { Architecture } from './architecture.ts';
import { normalisation, type NormName } from './normalisation.ts';

export interface PerceptronConfig {
  /** Coordinates of a point. */
  readonly dimensions: number;
  readonly generator: Hidden;
  readonly discriminator: Hidden & { readonly kernelNorm?: KernelNorm };
}

/** The hidden layers of a network. */
export interface Hidden {
  readonly layers: number;
  /** Units of each. */
  readonly width: number;
  readonly norm: NormName;
}

/** For points: dense layers with ReLU in the generator and leaky ReLU in the discriminator. */
export function perceptron({ dimensions, generator, discriminator }: PerceptronConfig): Architecture {
  return {
    generator: (parameters, inputs) =>
      sequential(
        ...hidden(parameters, inputs, { ...generator, activation: relu }), // [N, width]
        dense(parameters.scope('output'), { inputs: generator.width, outputs: dimensions }), // [N, dimensions]
      ),
    features: (parameters, channels) => ({
      layer: sequential(...hidden(parameters, channels, { ...discriminator, activation: leakyRelu() })), // [M, width]
      size: discriminator.width,
    }),
  };
}

type HiddenConfig = Hidden & { readonly activation: Layer; readonly kernelNorm?: KernelNorm };

function hidden(parameters: Parameters, inputs: number, config: HiddenConfig): Layer[] {
  const { layers, width, norm, activation, kernelNorm } = config;
  return Array.from({ length: layers }, (_, i) => [
    dense(parameters.scope(`hidden-${i + 1}`), {
      inputs: i === 0 ? inputs : width,
      outputs: width,
      bias: norm === 'none',
      initialiser: heNormal,
      ...(kernelNorm && { kernelNorm }),
    }),
    ...normalisation(norm, parameters.scope(`hidden-${i + 1}-norm`), width),
    activation,
  ]).flat();
}
