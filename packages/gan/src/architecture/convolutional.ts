import { dcganFeatures, dcganGenerator, type KernelNorm, type NormName } from '@kindred/nn';
import type { Architecture } from './architecture.ts';

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

/** For images: the layout of DCGAN, with `denseUnits` that of InfoGAN. */
export function convolutional({ shape, denseUnits, generator, discriminator }: ConvolutionalConfig): Architecture {
  const [height, width] = shape;
  return {
    generator: (parameters, inputs) => dcganGenerator(parameters, { ...generator, inputs, shape, denseUnits }),
    features: (parameters, channels) =>
      dcganFeatures(parameters, { ...discriminator, shape: [height, width, channels], denseUnits }),
  };
}
