import { dense, leakyRelu, sequential, type Layer, type Parameters } from '@kindred/nn';
import type { Networks } from './architecture.ts';
import { posteriorFrom } from './posterior.ts';

export interface PerceptronConfig {
  /** Coordinates of a point. */
  readonly dimensions: number;
  readonly latentSize: number;
  /** Units of each hidden layer. */
  readonly width: number;
  /** Hidden layers of encoder and decoder each. */
  readonly layers: number;
  /** Size of the decoder's output. */
  readonly outputs: number;
}

/** For points: dense layers with leaky ReLU, encoder and decoder alike. */
export function perceptron(parameters: Parameters, config: PerceptronConfig): Networks {
  const { dimensions, latentSize, outputs } = config;
  const encoder = network(parameters.scope('encoder'), config, { inputs: dimensions, outputs: 2 * latentSize });
  const decoder = network(parameters.scope('decoder'), config, { inputs: latentSize, outputs });
  return { encode: (x) => posteriorFrom(encoder(x)), decode: (z) => decoder(z) };
}

function network(
  parameters: Parameters,
  { width, layers }: PerceptronConfig,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
): Layer {
  const hidden = Array.from({ length: layers }, (_, i) =>
    dense(parameters.scope(`hidden-${i + 1}`), {
      inputs: i === 0 ? inputs : width,
      outputs: width,
      activation: leakyRelu(0.1),
    }),
  );
  return sequential(...hidden, dense(parameters.scope('output'), { inputs: width, outputs }));
}
