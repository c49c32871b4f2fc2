import { z } from 'zod';
import { lossNames } from './losses/losses.ts';

const channels = z.int().min(1).max(1024);
const learningRate = z.number().positive().max(0.1);
const beta = z.number().min(0).lt(1);
const layers = z.int().min(1).max(8);

/** The options of the family `gan`. Those that start with `image` or `points` are read for that kind of data only. */
export const ganOptions = z.strictObject({
  loss: z.enum(lossNames).default('non-saturating').describe('what the two players minimise'),
  imageLatentSize: z.int().min(1).max(1024).default(32).describe('size of the noise; search 16 ... 128'),
  imageGeneratorChannels: z
    .tuple([channels, channels])
    .default([64, 32])
    .describe('channels at a quarter and at half of the resolution, 1 ... 1024 each; search 16 ... 128'),
  imageDiscriminatorChannels: z
    .tuple([channels, channels])
    .default([32, 64])
    .describe('channels at half and at a quarter of the resolution, 1 ... 1024 each; search 16 ... 128'),
  imageGeneratorNorm: z.boolean().default(true).describe('batch normalisation in the generator'),
  imageDiscriminatorNorm: z.boolean().default(false).describe('batch normalisation in the discriminator'),
  pointsLatentSize: z.int().min(1).max(1024).default(2).describe('size of the noise; search 2 ... 16'),
  pointsWidth: z.int().min(1).max(4096).default(128).describe('units of each hidden layer; search 64 ... 512'),
  pointsGeneratorLayers: layers.default(2).describe('hidden layers; search 1 ... 4'),
  pointsDiscriminatorLayers: layers.default(3).describe('hidden layers; search 1 ... 4'),
  imageLearningRate: learningRate.default(2e-3).describe("the generator's, of Adam; search 1e-5 ... 1e-2, log-uniform"),
  pointsLearningRate: learningRate
    .default(1e-3)
    .describe("the generator's, of Adam; search 1e-5 ... 1e-2, log-uniform"),
  discriminatorRateRatio: z
    .number()
    .positive()
    .max(100)
    .default(1)
    .describe("the discriminator's learning rate over the generator's; search 0.25 ... 4, log-uniform"),
  imageBeta1: beta.default(0).describe("Adam's decay of the mean of gradients, for both players; search 0 ... 0.9"),
  pointsBeta1: beta.default(0.5).describe("Adam's decay of the mean of gradients, for both players; search 0 ... 0.9"),
  imageBeta2: beta
    .default(0.99)
    .describe("Adam's decay of the mean of squared gradients, for both; search 0.9 ... 0.999"),
  pointsBeta2: beta
    .default(0.999)
    .describe("Adam's decay of the mean of squared gradients, for both; search 0.9 ... 0.999"),
  averageDecay: z
    .number()
    .min(0)
    .max(0.99999)
    .default(0.99)
    .describe('per step, of the moving average of the generator that samples are drawn from; 0: no average'),
});

export type GanOptions = z.output<typeof ganOptions>;
