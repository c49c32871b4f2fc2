import * as tf from '@tensorflow/tfjs-core';
import {
  conv2d,
  dense,
  downsample,
  leakyRelu,
  normalisation,
  relu,
  reshapeTo,
  sequential,
  sigmoid,
  upsample,
  type Features,
  type KernelNorm,
  type Layer,
  type NormName,
  type Parameters,
} from '@kindred/nn';
import type { Architecture } from './architecture.ts';
import type { ConvolutionalConfig } from './convolutional.ts';

export type ResidualConfig = Omit<ConvolutionalConfig, 'denseUnits'>;

/**
 * For images: residual networks that change the resolution by resizing, twice by 2. The generator is dense, two blocks up (nearest
 * neighbour), convolution, sigmoid; the discriminator is two blocks down (average), one without, and a sum over positions. No strided
 * convolution, so no checkerboard, at about ten times the cost of `convolutional` for the same channels (28 x 28, batch 32).
 *
 * @see Gulrajani et al. 2017, arXiv:1704.00028, appendix; Miyato et al. 2018, arXiv:1802.05957, appendix
 */
export function residual(config: ResidualConfig): Architecture {
  return {
    generator: (parameters, inputs) => generator(parameters, inputs, config),
    features: (parameters, channels) => features(parameters, channels, config),
  };
}

function generator(parameters: Parameters, inputs: number, { shape, generator }: ResidualConfig): Layer {
  const [height, width, channels] = shape;
  const [quarter, half] = generator.channels;
  const { norm } = generator;
  const block = (name: string, from: number, to: number): Layer =>
    residualBlock(parameters.scope(name), { inputs: from, outputs: to, norm, activation: relu, before: upsample });
  return sequential(
    dense(parameters.scope('dense'), { inputs, outputs: (height / 4) * (width / 4) * quarter }),
    reshapeTo(height / 4, width / 4, quarter), // [N, h/4, w/4, quarter]
    block('block-1', quarter, quarter), // [N, h/2, w/2, quarter]
    block('block-2', quarter, half), // [N, h, w, half]
    ...normalisation(norm, parameters.scope('output-norm'), half),
    relu,
    conv2d(parameters.scope('output'), { inputs: half, outputs: channels, size: 3 }),
    sigmoid, // [N, h, w, channels] in 0 ... 1
  );
}

function features(parameters: Parameters, channels: number, { discriminator }: ResidualConfig): Features {
  const [half, quarter] = discriminator.channels;
  const { norm, kernelNorm } = discriminator;
  const common = { activation: leakyRelu(), ...(kernelNorm && { kernelNorm }) };
  const layer = sequential(
    // The first block sees the image as it is: no activation or normalisation before its first convolution.
    residualBlock(parameters.scope('block-1'), {
      ...common,
      inputs: channels,
      outputs: half,
      norm: 'none',
      first: true,
      after: downsample,
    }), // [M, h/2, w/2, half]
    residualBlock(parameters.scope('block-2'), { ...common, inputs: half, outputs: quarter, norm, after: downsample }),
    residualBlock(parameters.scope('block-3'), { ...common, inputs: quarter, outputs: quarter, norm }), // [M, h/4, w/4, quarter]
    leakyRelu(),
    (x) => tf.sum(x, [1, 2]), // [M, quarter]
  );
  return { layer, size: quarter };
}

interface BlockConfig {
  readonly inputs: number;
  readonly outputs: number;
  readonly norm: NormName;
  readonly activation: Layer;
  readonly kernelNorm?: KernelNorm;
  /** Leaves out normalisation and activation before the first convolution. */
  readonly first?: boolean;
  /** A resizing before the first convolution, or after the second. */
  readonly before?: Layer;
  readonly after?: Layer;
}

/**
 * x + f(x), f = norm, activation, 3 x 3, norm, activation, 3 x 3. Where the number of channels changes, a 1 x 1 convolution takes x along; it
 * commutes with resizing, so it runs at the lower resolution.
 */
function residualBlock(parameters: Parameters, config: BlockConfig): Layer {
  const { inputs, outputs, activation, kernelNorm, first, before = asItIs, after = asItIs } = config;
  const convolution = (name: string, from: number, to: number, size: number): Layer =>
    conv2d(parameters.scope(name), { inputs: from, outputs: to, size, ...(kernelNorm && { kernelNorm }) });
  const norm = (name: string, channels: number): readonly Layer[] =>
    normalisation(config.norm, parameters.scope(name), channels);
  const main = sequential(
    ...(first ? [] : [...norm('norm-1', inputs), activation]),
    before,
    convolution('convolution-1', inputs, outputs, 3),
    ...norm('norm-2', outputs),
    activation,
    convolution('convolution-2', outputs, outputs, 3),
    after,
  );
  const widen = inputs === outputs ? asItIs : convolution('shortcut', inputs, outputs, 1);
  const shortcut = sequential(after, widen, before);
  return (x, mode) => tf.add(main(x, mode), shortcut(x, mode));
}

const asItIs: Layer = (x) => x;
