import {
  conv2d,
  conv2dTransposed,
  dense,
  flatten,
  leakyRelu,
  relu,
  reshapeTo,
  sequential,
  sigmoid,
  type KernelNorm,
  type Layer,
  type Parameters,
} from '@kindred/nn';
import type { Architecture, Features } from './architecture.ts';
import { normalisation, type NormName } from './normalisation.ts';

export interface ConvolutionalConfig {
  /** [height, width, channels]; height and width divisible by 4. */
  readonly shape: readonly [number, number, number];
  /** Units of one more dense layer at the low-resolution end of both networks; 0: none, which is DCGAN's layout. */
  readonly denseUnits: number;
  readonly generator: {
    /** Channels at a quarter and at half of the resolution. */
    readonly channels: readonly [number, number];
    readonly norm: NormName;
  };
  readonly discriminator: {
    /** Channels at half and at a quarter of the resolution. */
    readonly channels: readonly [number, number];
    /** Of all hidden layers but the first. */
    readonly norm: NormName;
    readonly kernelNorm?: KernelNorm;
  };
}

/**
 * For images: the layout of DCGAN with two strides of 2, each with a window of 4, which a stride of 2 covers evenly. The generator is
 * dense, transposed convolution, transposed convolution, sigmoid; the discriminator is its mirror image with leaky ReLU. With
 * `denseUnits` it is the layout of InfoGAN, which most comparisons on 28 x 28 use: 1024 units, [128, 64] and [64, 128] channels.
 * Weights start from Glorot's distribution, not from DCGAN's N(0, 0.02^2).
 *
 * @see Radford et al. 2016, arXiv:1511.06434; Chen et al. 2016, arXiv:1606.03657
 */
export function convolutional(config: ConvolutionalConfig): Architecture {
  return {
    generator: (parameters, inputs) => generator(parameters, inputs, config),
    features: (parameters, channels) => features(parameters, channels, config),
  };
}

const window = { size: 4, stride: 2 } as const;

function generator(parameters: Parameters, inputs: number, config: ConvolutionalConfig): Layer {
  const { norm } = config.generator;
  const [height, width, channels] = config.shape;
  const [quarter, half] = config.generator.channels;
  const bias = norm === 'none';
  const units = config.denseUnits;
  const wide = () => [
    dense(parameters.scope('dense-wide'), { inputs, outputs: units, bias }), // [N, units]
    ...normalisation(norm, parameters.scope('dense-wide-norm'), units),
    relu,
  ];
  return sequential(
    ...(units === 0 ? [] : wide()),
    dense(parameters.scope('dense'), {
      inputs: units === 0 ? inputs : units,
      outputs: (height / 4) * (width / 4) * quarter,
      bias,
    }),
    reshapeTo(height / 4, width / 4, quarter), // [N, h/4, w/4, quarter]
    ...normalisation(norm, parameters.scope('dense-norm'), quarter),
    relu,
    conv2dTransposed(parameters.scope('deconvolution-1'), { ...window, inputs: quarter, outputs: half, bias }), // [N, h/2, w/2, half]
    ...normalisation(norm, parameters.scope('deconvolution-1-norm'), half),
    relu,
    conv2dTransposed(parameters.scope('deconvolution-2'), { ...window, inputs: half, outputs: channels }),
    sigmoid, // [N, h, w, channels] in 0 ... 1
  );
}

function features(parameters: Parameters, channels: number, config: ConvolutionalConfig): Features {
  const { norm, kernelNorm } = config.discriminator;
  const [height, width] = config.shape;
  const [half, quarter] = config.discriminator.channels;
  const units = config.denseUnits;
  const flat = (height / 4) * (width / 4) * quarter;
  const common = { bias: norm === 'none', ...(kernelNorm && { kernelNorm }) };
  const wide = () => [
    dense(parameters.scope('dense-wide'), { inputs: flat, outputs: units, ...common }), // [M, units]
    ...normalisation(norm, parameters.scope('dense-wide-norm'), units),
    leakyRelu(),
  ];
  const layer = sequential(
    conv2d(parameters.scope('convolution-1'), {
      ...window,
      inputs: channels,
      outputs: half,
      activation: leakyRelu(),
      ...(kernelNorm && { kernelNorm }),
    }), // [M, h/2, w/2, half]
    conv2d(parameters.scope('convolution-2'), { ...window, inputs: half, outputs: quarter, ...common }),
    ...normalisation(norm, parameters.scope('convolution-2-norm'), quarter),
    leakyRelu(),
    flatten, // [M, h/4 * w/4 * quarter]
    ...(units === 0 ? [] : wide()),
  );
  return { layer, size: units === 0 ? flat : units };
}
