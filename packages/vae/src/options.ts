import { z } from 'zod';

const channels = z.int().min(1).max(1024);
const latentSize = z.int().min(1).max(512);

/** The options of the family `vae`. Those that start with `image` or `points` are read for that kind of data only. */
export const vaeOptions = z.strictObject({
  imageLatentSize: latentSize.default(16).describe('codes per image; search 8 ... 64'),
  imageChannels: z
    .tuple([channels, channels])
    .default([16, 32])
    .describe('channels at half and at a quarter of the resolution, 1 ... 1024 each; search 8 ... 64'),
  imageHidden: z
    .int()
    .min(1)
    .max(4096)
    .default(256)
    .describe('units of the dense layer between convolutions and codes; search 64 ... 512'),
  pointsLatentSize: latentSize.default(2).describe('codes per point; search 2 ... 8'),
  pointsWidth: z.int().min(1).max(4096).default(256).describe('units of each hidden layer; search 32 ... 512'),
  pointsLayers: z.int().min(1).max(8).default(2).describe('hidden layers of encoder and decoder each; search 1 ... 4'),
  pointsMinimumDeviation: z
    .number()
    .min(1e-4)
    .max(10)
    .default(0.003)
    .describe(
      "lower limit of the decoder's standard deviation, in units of the data; search 1e-3 ... 0.1, log-uniform",
    ),
  learningRate: z
    .number()
    .positive()
    .max(0.1)
    .default(2e-3)
    .describe('of Adam at the start, falling to 0 along half a cosine; search 1e-4 ... 1e-2, log-uniform'),
  klWarmUp: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('share of the training over which the weight of the KL grows from 0 to 1; search 0 ... 0.5'),
  importanceSamples: z
    .int()
    .min(1)
    .max(5000)
    .default(64)
    .describe('k of the importance-weighted bound that is reported as the log-likelihood'),
  emission: z
    .enum(['mean', 'sample'])
    .default('mean')
    .describe("what an image sample is: the decoder's mean, or a binary draw from it; points are always drawn"),
});

export type VaeOptions = z.output<typeof vaeOptions>;
