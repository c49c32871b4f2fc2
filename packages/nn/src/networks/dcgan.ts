import { conv2d, conv2dTransposed } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import type { KernelNorm } from '../layers/kernel-norm.ts';
import { flatten, leakyRelu, relu, reshapeTo, sequential, sigmoid, type Layer } from '../layers/layer.ts';
import type { Parameters } from '../parameters.ts';
import { normalisation, type NormName } from './norms.ts';

export interface DcganGeneratorConfig {
  /** Size of the noise, with what stands beside it. */
  readonly inputs: number;
  /** [height, width, channels]; height and width divisible by 4. */
  readonly shape: readonly [number, number, number];
  /** Channels at a quarter and at half of the resolution. */
  readonly channels: readonly [number, number];
  readonly norm: NormName;
  /** Units of one more dense layer at the low-resolution end; default 0: none, which is DCGAN's layout. */
  readonly denseUnits?: number;
}

/** A network's features of an example. */
export interface Features {
  /** Examples [M, ...] to features [M, size]. */
  readonly layer: Layer;
  /** Features per example. */
  readonly size: number;
}

const window = { size: 4, stride: 2 } as const;

/**
 * Noise [N, inputs] to images [N, ...shape] in 0 ... 1: the layout of DCGAN with two strides of 2, each with a window of 4, which a stride
 * of 2 covers evenly: dense, transposed convolution, transposed convolution, sigmoid. With `denseUnits` it is the layout of InfoGAN, which
 * most comparisons on 28 x 28 use: 1024 units, [128, 64] channels. Weights start from Glorot's distribution, not from DCGAN's N(0, 0.02^2).
 *
 * @see Radford et al. 2016, arXiv:1511.06434; Chen et al. 2016, arXiv:1606.03657
 */
export function dcganGenerator(parameters: Parameters, config: DcganGeneratorConfig): Layer {
  const { inputs, norm, denseUnits: units = 0 } = config;
  const [height, width, channels] = config.shape;
  const [quarter, half] = config.channels;
  const bias = norm === 'none';
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

export interface DcganFeaturesConfig {
  /** [height, width, channels] of what it sees; height and width divisible by 4. */
  readonly shape: readonly [number, number, number];
  /** Channels at half and at a quarter of the resolution. */
  readonly channels: readonly [number, number];
  /** Of all hidden layers but the first. */
  readonly norm: NormName;
  readonly kernelNorm?: KernelNorm;
  /** Units of one more dense layer behind the convolutions; default 0: none. */
  readonly denseUnits?: number;
}

/** The body of DCGAN's discriminator, the mirror image of the generator with leaky ReLU: a linear layer makes the score of its features. */
export function dcganFeatures(parameters: Parameters, config: DcganFeaturesConfig): Features {
  const { norm, kernelNorm, denseUnits: units = 0 } = config;
  const [height, width, channels] = config.shape;
  const [half, quarter] = config.channels;
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
