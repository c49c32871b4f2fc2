import {
  conv2d,
  conv2dTransposed,
  leakyRelu,
  residualBlocks,
  sequential,
  type Layer,
  type Parameters,
} from '@kindred/nn';
import { byOutput } from '../architecture/by-output.ts';

export interface CodeNetworksConfig {
  /** [height, width, channels]; height and width divisible by 4. */
  readonly shape: readonly [number, number, number];
  /** Channels at half and at a quarter of the resolution, in encoder and decoder. */
  readonly channels: readonly [number, number];
  /** Residual blocks at a quarter of the resolution, in encoder and decoder. */
  readonly blocks: number;
  /** Length of the vector at each place. */
  readonly codeSize: number;
  /** Numbers that the decoder gives for each intensity. */
  readonly outputsPerValue: number;
}

/** Encoder and decoder around a grid of vectors. */
export interface CodeNetworks {
  /** [rows, columns] of the grid. */
  readonly grid: readonly [number, number];
  /** Images [N, height, width, channels] to vectors [N, rows, columns, codeSize]. */
  readonly encode: Layer;
  /** Vectors [N, rows, columns, codeSize] to what the observation model needs, [N, outputsPerValue * height * width * channels]. */
  readonly decode: Layer;
}

/** Two convolutions with stride 2 and residual blocks, to a grid at a quarter of the resolution; and the same backwards. */
export function codeNetworks(parameters: Parameters, config: CodeNetworksConfig): CodeNetworks {
  const { blocks, codeSize, outputsPerValue } = config;
  const [height, width, imageChannels] = config.shape;
  const [half, quarter] = config.channels;
  const activation = leakyRelu(0.1);
  const window = { size: 4, stride: 2 } as const;
  const [encoding, decoding] = [parameters.scope('encoder'), parameters.scope('decoder')];
  return {
    grid: [height / 4, width / 4],
    encode: sequential(
      conv2d(encoding.scope('convolution-1'), { ...window, inputs: imageChannels, outputs: half, activation }),
      conv2d(encoding.scope('convolution-2'), { ...window, inputs: half, outputs: quarter, activation }),
      residualBlocks(encoding.scope('quarter'), blocks, quarter),
      conv2d(encoding.scope('output'), { size: 1, inputs: quarter, outputs: codeSize }),
    ),
    decode: sequential(
      conv2d(decoding.scope('convolution'), { size: 3, inputs: codeSize, outputs: quarter, activation }),
      residualBlocks(decoding.scope('quarter'), blocks, quarter),
      conv2dTransposed(decoding.scope('deconvolution-1'), { ...window, inputs: quarter, outputs: half, activation }),
      conv2dTransposed(decoding.scope('deconvolution-2'), {
        ...window,
        inputs: half,
        outputs: imageChannels * outputsPerValue,
      }),
      byOutput(outputsPerValue),
    ),
  };
}
