import type { HybridOptions } from '../options.ts';

/** Networks that plain JavaScript trains in seconds. */
export const small: Partial<HybridOptions> = {
  imageLatentSize: 4,
  imageEncoderChannels: [4, 8],
  imageEncoderHidden: 32,
  imageDecoderChannels: [8, 4],
  imageDiscriminatorChannels: [4, 8],
  pointsWidth: 32,
  codeDiscriminatorWidth: 32,
};
