import * as tf from '@tensorflow/tfjs-core';
import { zeros } from '../initialisers.ts';
import { conv2d } from '../layers/convolution.ts';
import { leakyRelu, sequential, type Layer } from '../layers/layer.ts';
import type { Parameters } from '../parameters.ts';

/**
 * `count` residual blocks on [N, h, w, channels]: x + convolution(activation(convolution(activation(x)))), both 3 x 3. The second
 * convolution starts at 0, so that training starts from the network without the blocks and needs no normalisation.
 *
 * @see He et al. 2016, arXiv:1603.05027; Zhang et al. 2019, arXiv:1901.09321, for the zeros
 */
export function residualBlocks(parameters: Parameters, count: number, channels: number): Layer {
  const activation = leakyRelu(0.1);
  const shape = { size: 3, inputs: channels, outputs: channels } as const;
  const blocks = Array.from({ length: count }, (_, i): Layer => {
    const block = parameters.scope(`block-${i + 1}`);
    const inner = sequential(
      activation,
      conv2d(block.scope('convolution-1'), { ...shape, activation }),
      conv2d(block.scope('convolution-2'), { ...shape, initialiser: zeros }),
    );
    return (x) => tf.add(x, inner(x));
  });
  return sequential(...blocks);
}
