import { z } from 'zod';

const channels = z.int().min(1).max(1024);
const latentSize = z.int().min(1).max(512);
const layers = z.int().min(1).max(8);
const share = z.number().min(0).max(1);

/**
 * The options of the family `vae`. Those that start with `image` or `points` are read for that kind of data only. Those about codebooks
 * and priors are read where `imageCodes` says codebook, and there is no KL to be weighed then, nor a posterior to draw from.
 */
const fields = z.strictObject({
  imageArchitecture: z
    .enum(['convolutional', 'dense'])
    .default('convolutional')
    .describe('networks for images; convolutions need a height and a width that are divisible by 4'),
  imageObservation: z
    .enum(['bernoulli', 'gaussian', 'discretised-logistic'])
    .default('bernoulli')
    .describe(
      'p(x | z): binary pixels, dequantised intensities, or 256 levels; likelihoods of the first compare with no other',
    ),
  imageLatentSize: latentSize.default(16).describe('codes per image; search 8 ... 64'),
  imageChannels: z
    .tuple([channels, channels])
    .default([16, 32])
    .describe('channels at half and at a quarter of the resolution, 1 ... 1024 each; search 8 ... 64'),
  imageBlocks: z
    .int()
    .min(0)
    .max(8)
    .default(0)
    .describe(
      'residual blocks in encoder and decoder, at half and at a quarter of the resolution, around a codebook at a quarter alone; search 0 ... 3',
    ),
  imageHidden: z
    .int()
    .min(1)
    .max(4096)
    .default(256)
    .describe('units of a dense layer: between convolutions and codes, or of each hidden one; search 64 ... 512'),
  imageLayers: layers
    .default(2)
    .describe('hidden layers of encoder and decoder each, where the architecture is dense; search 1 ... 4'),
  imageMinimumDeviation: z
    .number()
    .min(1e-4)
    .max(1)
    .default(0.004)
    .describe(
      'lower limit of a standard deviation or logistic scale, in intensities; search 1e-3 ... 0.1, log-uniform',
    ),
  imageInputNoise: z
    .number()
    .min(0)
    .max(2)
    .default(0)
    .describe(
      'standard deviation of the noise, in intensities, that is added in training to the images as they come, for the encoder alone: what it decodes is then without noise; search 0.1 ... 0.5',
    ),
  imageCodes: z
    .enum(['gaussian', 'codebook'])
    .default('gaussian')
    .describe(
      'codes of images: normal ones with a fixed prior, or a grid of entries of a codebook with a learned autoregressive prior, whose networks are convolutional and have no imageHidden',
    ),
  codebookSize: z.int().min(2).max(4096).default(64).describe('entries of the codebook; search 32 ... 512'),
  codeSize: z.int().min(1).max(512).default(16).describe("length of a codebook's entry; search 8 ... 64"),
  codebookUpdate: z
    .enum(['moving-average', 'loss'])
    .default('moving-average')
    .describe('how entries follow what the encoder gives: by moving averages, or by a term of the loss'),
  codebookDecay: z
    .number()
    .min(0)
    .max(0.9999)
    .default(0.99)
    .describe('decay of those moving averages per step; search 0.9 ... 0.999'),
  commitment: z
    .number()
    .min(0)
    .max(100)
    .default(0.25)
    .describe(
      'weight of the squared distance from encoding to entry, summed over an image; search 0.1 ... 4, log-uniform',
    ),
  priorChannels: channels.default(32).describe("channels of the codes' prior; search 16 ... 128"),
  priorLayers: layers.default(4).describe("layers of the codes' prior; search 2 ... 8"),
  pointsLatentSize: latentSize.default(2).describe('codes per point; search 2 ... 8'),
  pointsWidth: z.int().min(1).max(4096).default(256).describe('units of each hidden layer; search 32 ... 512'),
  pointsLayers: layers.default(2).describe('hidden layers of encoder and decoder each; search 1 ... 4'),
  pointsMinimumDeviation: z
    .number()
    .min(1e-4)
    .max(10)
    .default(0.003)
    .describe(
      "lower limit of the decoder's standard deviation, in units of the data; search 1e-3 ... 0.1, log-uniform",
    ),
  deviation: z
    .enum(['per-value', 'shared'])
    .default('per-value')
    .describe("a Gaussian's standard deviation: from the decoder for each value, or one learned number for all"),
  conditional: z
    .boolean()
    .default(false)
    .describe(
      'whether encoder and decoder, or the prior of a codebook, are told the class of an example; needs data with classes',
    ),
  learningRate: z
    .number()
    .positive()
    .max(0.1)
    .default(2e-3)
    .describe('of Adam at the start, falling to 0 along half a cosine; search 1e-4 ... 1e-2, log-uniform'),
  weightDecay: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'decoupled, of all variables: an update takes learningRate * weightDecay of each away; search 1e-3 ... 0.3',
    ),
  beta: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe('weight of the KL behind its warm-up; 1 maximises the bound; search 0.1 ... 10, log-uniform'),
  klWarmUp: share
    .default(0.1)
    .describe('share of a cycle over which the weight of the KL grows from 0 to beta; 0 for none; search 0 ... 0.5'),
  klCycles: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('cycles of the weight of the KL: 1 is linear annealing, more are cyclical; search 1 ... 8'),
  freeBits: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      'nats of KL per code, mean over the batch, that cost nothing; needs trainingSamples of 1; search 0 ... 0.5',
    ),
  trainingSamples: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe(
      'codes drawn per example in training; above 1 the importance-weighted bound is maximised; search 1 ... 16',
    ),
  importanceSamples: z
    .int()
    .min(1)
    .max(5000)
    .default(64)
    .describe('k of the importance-weighted bound that is reported as the log-likelihood'),
  emission: z
    .enum(['mean', 'sample'])
    .default('mean')
    .describe("what an image sample is: the decoder's mean, or a draw from what it says; points are always drawn"),
});

export type VaeOptions = z.output<typeof fields>;

type Path = keyof VaeOptions;

/** Options that contradict each other: the first of each pair, and why. */
const contradictions: readonly (readonly [Path, (options: VaeOptions) => boolean, string])[] = [
  [
    'freeBits',
    ({ freeBits, trainingSamples }) => freeBits > 0 && trainingSamples > 1,
    'free bits are of the KL in closed form, which the importance-weighted bound of several trainingSamples has not; set one of them to its default',
  ],
  [
    'imageCodes',
    ({ imageCodes, imageArchitecture }) => imageCodes === 'codebook' && imageArchitecture === 'dense',
    'a codebook is of a grid, which the imageArchitecture dense has not; set one of them to its default',
  ],
  [
    'imageInputNoise',
    ({ imageInputNoise, imageCodes }) => imageInputNoise > 0 && imageCodes === 'codebook',
    'noise for the encoder is not built for codebooks; set imageInputNoise to 0',
  ],
];

/** The fields with what holds between them. */
export const vaeOptions = fields.superRefine((options, context) => {
  for (const [path, holds, message] of contradictions) {
    if (holds(options)) context.addIssue({ code: 'custom', path: [path], message });
  }
});
