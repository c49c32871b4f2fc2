import * as tf from '@tensorflow/tfjs-core';
import { dense, heNormal, leakyRelu, relu, sequential, type Layer, type Parameters } from '@kindred/nn';
import type { Architecture } from './architecture.ts';

export interface PerceptronConfig {
  /** Coordinates of a point. */
  readonly dimensions: number;
  readonly latentSize: number;
  /** Units of each hidden layer. */
  readonly width: number;
  /** Hidden layers of the generator. */
  readonly generatorLayers: number;
  /** Hidden layers of the discriminator. */
  readonly discriminatorLayers: number;
}

/** For points: dense layers with ReLU in the generator and leaky ReLU in the discriminator, no normalisation. */
export function perceptron(config: PerceptronConfig): Architecture {
  const { dimensions, latentSize, width, generatorLayers, discriminatorLayers } = config;
  return {
    latentSize,
    generator: (parameters) =>
      sequential(
        ...hidden(parameters, latentSize, width, generatorLayers, relu),
        dense(parameters.scope('output'), { inputs: width, outputs: dimensions }),
      ),
    discriminator: (parameters) =>
      sequential(
        ...hidden(parameters, dimensions, width, discriminatorLayers, leakyRelu()),
        dense(parameters.scope('output'), { inputs: width, outputs: 1 }),
        (scores) => tf.squeeze(scores, [1]), // [N]
      ),
  };
}

function hidden(parameters: Parameters, inputs: number, width: number, count: number, activation: Layer): Layer[] {
  return Array.from({ length: count }, (_, i) =>
    dense(parameters.scope(`hidden-${i + 1}`), {
      inputs: i === 0 ? inputs : width,
      outputs: width,
      initialiser: heNormal,
      activation,
    }),
  );
}
