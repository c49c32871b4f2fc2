import {
  besideClasses,
  dense,
  flatten,
  hiddenLayers,
  leakyRelu,
  posteriorFrom,
  sequential,
  type Layer,
  type Parameters,
} from '@kindred/nn';
import type { Networks } from './architecture.ts';

export interface PerceptronConfig {
  /** Values of an example. */
  readonly dimensions: number;
  readonly latentSize: number;
  /** Units of each hidden layer. */
  readonly width: number;
  /** Hidden layers of encoder and decoder each. */
  readonly layers: number;
  /** Size of the decoder's output. */
  readonly outputs: number;
  /** Number of classes that the networks are told; 0 for none. */
  readonly classes: number;
}

/** For points, and for images seen as rows: dense layers with leaky ReLU, encoder and decoder alike. Classes stand beside their inputs. */
export function perceptron(parameters: Parameters, config: PerceptronConfig): Networks {
  const { dimensions, latentSize, outputs, classes: classCount } = config;
  const encoder = network(parameters.scope('encoder'), config, {
    inputs: dimensions + classCount,
    outputs: 2 * latentSize,
  });
  const decoder = network(parameters.scope('decoder'), config, { inputs: latentSize + classCount, outputs });
  return {
    encode: (x, classes) => posteriorFrom(encoder(besideClasses(flatten(x), classes))),
    decode: (z, classes) => decoder(besideClasses(z, classes)),
  };
}

function network(
  parameters: Parameters,
  { width, layers }: PerceptronConfig,
  { inputs, outputs }: { readonly inputs: number; readonly outputs: number },
): Layer {
  const hidden = hiddenLayers(parameters, inputs, { layers, width, activation: leakyRelu(0.1) });
  return sequential(...hidden, dense(parameters.scope('output'), { inputs: width, outputs }));
}
