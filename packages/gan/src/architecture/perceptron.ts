import { dense, heNormal, hiddenLayers, leakyRelu, relu, sequential, type Hidden, type KernelNorm } from '@kindred/nn';
import type { Architecture } from './architecture.ts';

export interface PerceptronConfig {
  /** Coordinates of a point. */
  readonly dimensions: number;
  readonly generator: Hidden;
  readonly discriminator: Hidden & { readonly kernelNorm?: KernelNorm };
}

const initialiser = heNormal;

/** For points: dense layers with ReLU in the generator and leaky ReLU in the discriminator. */
export function perceptron({ dimensions, generator, discriminator }: PerceptronConfig): Architecture {
  return {
    generator: (parameters, inputs) =>
      sequential(
        ...hiddenLayers(parameters, inputs, { ...generator, activation: relu, initialiser }), // [N, width]
        dense(parameters.scope('output'), { inputs: generator.width, outputs: dimensions }), // [N, dimensions]
      ),
    features: (parameters, channels) => ({
      layer: sequential(
        ...hiddenLayers(parameters, channels, { ...discriminator, activation: leakyRelu(), initialiser }),
      ), // [M, width]
      size: discriminator.width,
    }),
  };
}
