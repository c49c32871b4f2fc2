import { z } from 'zod';
import { normNames } from '@kindred/nn';
import { transformationNames } from './augmentation/image-augmentation.ts';
import { checkCombinations } from './combinations.ts';
import { lossNames } from './losses/losses.ts';
import { conditionings } from './networks/conditioning.ts';
import { optimiserNames, scheduleNames } from './optimisation.ts';
import { regulariserNames } from './regularisers/regularisers.ts';

const channels = z.int().min(1).max(1024);
const channelPair = z.tuple([channels, channels]);
const latentSize = z.int().min(1).max(1024);
const learningRate = z.number().positive().max(0.1);
const beta = z.number().min(0).lt(1);
const layers = z.int().min(1).max(8);
const width = z.int().min(1).max(4096);
const norm = z.enum(normNames);
const regulariserWeight = z
  .number()
  .positive()
  .max(1000)
  .default(10)
  .describe('lambda of gradient-penalty and dragan, gamma of r1 and r1-r2; search 0.01 ... 100, log-uniform');
const weightClip = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe(
    "largest size of each of the discriminator's variables after its update; 0: not clipped; search 0.003 ... 0.3",
  );
const averageDecay = z
  .number()
  .min(0)
  .max(0.99999)
  .default(0.99)
  .describe('per step, of the moving average of the generator that samples are drawn from; 0: no average');

const game = {
  loss: z.enum(lossNames).default('non-saturating').describe('what the two players minimise'),
  regulariser: z.enum(regulariserNames).default('none').describe("what the discriminator's loss gets added"),
  spectralNorm: z.boolean().default(false).describe("spectral normalisation of the discriminator's kernels"),
  criticSteps: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe('updates of the discriminator for each of the generator; search 1, 5'),
  packing: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe('examples that the discriminator judges together; it must divide the batch size; search 1 ... 4'),
  conditional: z
    .enum(conditionings)
    .default('none')
    .describe(
      'how the discriminator is told the class of an example; the generator has its embedding beside the noise',
    ),
  embeddingSize: z.int().min(1).max(256).default(16).describe('numbers that stand for a class; search 4 ... 64'),
};

const images = {
  imageRegulariserWeight: regulariserWeight,
  imageWeightClip: weightClip,
  imageArchitecture: z
    .enum(['dcgan', 'infogan', 'residual'])
    .default('dcgan')
    .describe('strided convolutions, the same with one more dense layer, or residual blocks with resizing'),
  imageDenseUnits: width.default(1024).describe('units of the dense layer of infogan; search 128 ... 1024'),
  imageLatentSize: latentSize.default(32).describe('size of the noise; search 16 ... 128'),
  imageGeneratorChannels: channelPair
    .default([64, 32])
    .describe('channels at a quarter and at half of the resolution, 1 ... 1024 each; search 16 ... 128'),
  imageDiscriminatorChannels: channelPair
    .default([32, 64])
    .describe('channels at half and at a quarter of the resolution, 1 ... 1024 each; search 16 ... 128'),
  imageGeneratorNorm: norm.default('batch').describe('normalisation in the generator'),
  imageDiscriminatorNorm: norm.default('none').describe('normalisation in the discriminator'),
  imageAugmentation: z
    .array(z.enum(transformationNames))
    .default([])
    .describe('what is done to real and fake images before the discriminator sees them, in this order'),
};

const points = {
  pointsRegulariserWeight: regulariserWeight,
  pointsWeightClip: weightClip,
  pointsLatentSize: latentSize.default(2).describe('size of the noise; search 2 ... 16'),
  pointsGeneratorWidth: width.default(128).describe('units of each hidden layer; search 64 ... 512'),
  pointsDiscriminatorWidth: width.default(128).describe('units of each hidden layer; search 64 ... 512'),
  pointsGeneratorLayers: layers.default(2).describe('hidden layers; search 1 ... 4'),
  pointsDiscriminatorLayers: layers.default(3).describe('hidden layers; search 1 ... 4'),
  pointsGeneratorNorm: norm.default('none').describe('normalisation in the generator'),
  pointsDiscriminatorNorm: norm.default('none').describe('normalisation in the discriminator'),
  pointsInstanceNoise: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      "sd, in the data's unit, of noise on what the discriminator sees; 0: none; search 0.01 ... 1, log-uniform",
    ),
  pointsInstanceNoiseSchedule: z
    .enum(scheduleNames)
    .default('linear')
    .describe('how that sd falls over training: not at all, or to 0 in a line or along half a cosine'),
};

const optimisation = {
  optimiser: z.enum(optimiserNames).default('adam').describe('of both players'),
  imageLearningRate: learningRate.default(2e-3).describe("the generator's; search 1e-5 ... 1e-2, log-uniform"),
  pointsLearningRate: learningRate.default(1e-3).describe("the generator's; search 1e-5 ... 1e-2, log-uniform"),
  discriminatorRateRatio: z
    .number()
    .positive()
    .max(100)
    .default(1)
    .describe("the discriminator's learning rate over the generator's; search 0.25 ... 4, log-uniform"),
  learningRateSchedule: z
    .enum(scheduleNames)
    .default('constant')
    .describe('how both learning rates fall over training: not at all, or to 0 in a line or along half a cosine'),
  imageBeta1: beta.default(0).describe("Adam's decay of the mean of gradients, or SGD's momentum; search 0 ... 0.9"),
  pointsBeta1: beta.default(0.5).describe("Adam's decay of the mean of gradients, or SGD's momentum; search 0 ... 0.9"),
  imageBeta2: beta
    .default(0.99)
    .describe("Adam's or RMSProp's decay of the mean of squared gradients; search 0.9 ... 0.999"),
  pointsBeta2: beta
    .default(0.999)
    .describe("Adam's or RMSProp's decay of the mean of squared gradients; search 0.9 ... 0.999"),
  imageAverageDecay: averageDecay,
  pointsAverageDecay: averageDecay,
};

/**
 * The options of the family `gan`. Those that start with `image` or `points` are read for that kind of data only. Combinations
 * that cannot work are refused with the reason (`combinations.ts`).
 */
export const ganOptions = z
  .strictObject({ ...game, ...images, ...points, ...optimisation })
  .superRefine((options, context) => {
    for (const { path, message } of checkCombinations(options)) {
      context.addIssue({ code: 'custom', path: [path], message });
    }
  });

export type GanOptions = z.output<typeof ganOptions>;
