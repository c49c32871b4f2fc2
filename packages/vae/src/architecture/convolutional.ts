import {
  besideClasses,
  conv2dTransposed,
  convolutionalEncoder,
  dense,
  leakyRelu,
  posteriorFrom,
  reshapeTo,
  residualBlocks,
  sequential,
  type Parameters,
} from '@kindred/nn';
import type { Networks } from './architecture.ts';
import { byOutput } from './by-output.ts';

export interface ConvolutionalConfig {
  /** [height, width, channels]; height and width divisible by 4. */
  readonly shape: readonly [number, number, number];
  readonly latentSize: number;
  /** Channels at half and at a quarter of the resolution, in encoder and decoder. */
  readonly channels: readonly [number, number];
  /** Residual blocks behind each of the encoder's strided convolutions and before each of the decoder's. */
  readonly blocks: number;
  /** Units of the dense layer between convolutions and codes, in encoder and decoder. */
  readonly hidden: number;
  /** Numbers that the decoder gives for each intensity. */
  readonly outputsPerValue: number;
  /** Number of classes that the networks are told; 0 for none. */
  readonly classes: number;
}

/**
 * For images: two convolutions with stride 2, a dense layer, the codes; and the same backwards with transposed convolutions. Classes
 * stand beside what enters the dense layers. The decoder gives [N, outputsPerValue * height * width * channels]: first numbers of all
 * intensities, then second ones.
 */
export function convolutional(parameters: Parameters, config: ConvolutionalConfig): Networks {
  const { latentSize, hidden, blocks, classes: classCount, outputsPerValue } = config;
  const [height, width, imageChannels] = config.shape;
  const [half, quarter] = config.channels;
  const [rows, columns] = [height / 4, width / 4];
  const activation = leakyRelu(0.1);
  const window = { size: 4, stride: 2 } as const;
  const decoding = parameters.scope('decoder');
  const features = rows * columns * quarter;

  const encoder = convolutionalEncoder(parameters.scope('encoder'), {
    shape: config.shape,
    channels: config.channels,
    blocks,
    hidden,
    outputs: 2 * latentSize,
    classes: classCount,
  });
  const decoder = sequential(
    dense(decoding.scope('hidden'), { inputs: latentSize + classCount, outputs: hidden, activation }),
    dense(decoding.scope('dense'), { inputs: hidden, outputs: features, activation }),
    reshapeTo(rows, columns, quarter), // [N, h/4, w/4, quarter]
    residualBlocks(decoding.scope('quarter'), blocks, quarter),
    conv2dTransposed(decoding.scope('deconvolution-1'), { ...window, inputs: quarter, outputs: half, activation }),
    residualBlocks(decoding.scope('half'), blocks, half),
    conv2dTransposed(decoding.scope('deconvolution-2'), {
      ...window,
      inputs: half,
      outputs: imageChannels * outputsPerValue,
    }),
    byOutput(outputsPerValue), // [N, outputsPerValue * h * w * c]
  );
  return {
    encode: (x, classes) => posteriorFrom(encoder(x, classes)),
    decode: (z, classes) => decoder(besideClasses(z, classes)),
  };
}
