import { normNames } from '@kindred/nn';
import { z } from 'zod';

const channels = z.int().min(1).max(1024);
const channelPair = z.tuple([channels, channels]);
const latentSize = z.int().min(1).max(512);
const layers = z.int().min(1).max(8);
const width = z.int().min(1).max(4096);
const norm = z.enum(normNames);
const learningRate = z.number().positive().max(0.1);
const rateRatio = z.number().positive().max(100);
const discriminatorRateRatio = rateRatio
  .default(1)
  .describe("the discriminator's learning rate over that of encoder and decoder; search 0.1 ... 10, log-uniform");
const deceptionRateRatio = rateRatio.describe(
  "of adversarial-autoencoder: the encoder's learning rate against the discriminator over that for reconstruction; search 0.1 ... 10, log-uniform",
);
const beta1 = z.number().min(0).lt(1);

const klWeight = z
  .number()
  .positive()
  .max(1000)
  .describe("of vae-gan: weight of the KL in the encoder's loss; 1 is the paper's; search 0.3 ... 30, log-uniform");
const similarityWeight = z
  .number()
  .positive()
  .max(100)
  .describe(
    "of vae-gan: gamma, weight of the reconstruction's error in features beside the adversarial loss of the decoder; search 1e-4 ... 1, log-uniform",
  );
const method = {
  method: z
    .enum(['vae-gan', 'adversarial-autoencoder'])
    .default('vae-gan')
    .describe(
      'where the adversary stands: behind the decoder, telling examples from decoded codes, or behind the encoder, telling codes from draws of the prior',
    ),
};

const images = {
  imageKlWeight: klWeight.default(15),
  imageSimilarityWeight: similarityWeight.default(0.1),
  imagePosterior: z
    .enum(['gaussian', 'deterministic'])
    .default('gaussian')
    .describe('what the encoder says of an image: a diagonal Gaussian, or one code; vae-gan needs a Gaussian'),
  imageLatentSize: latentSize.default(16).describe('codes per image; search 8 ... 64'),
  imageEncoderChannels: channelPair
    .default([16, 32])
    .describe('channels at half and at a quarter of the resolution, 1 ... 1024 each; search 8 ... 64'),
  imageEncoderHidden: width
    .default(256)
    .describe("units of the encoder's dense layer between convolutions and codes; search 64 ... 512"),
  imageDecoderChannels: channelPair
    .default([64, 32])
    .describe('channels at a quarter and at half of the resolution, 1 ... 1024 each; search 16 ... 128'),
  imageDecoderNorm: norm.default('batch').describe('normalisation in the decoder'),
  imageDiscriminatorChannels: channelPair
    .default([32, 64])
    .describe('of vae-gan: channels at half and at a quarter of the resolution, 1 ... 1024 each; search 16 ... 128'),
  imageDiscriminatorNorm: norm
    .default('layer')
    .describe('of vae-gan: normalisation in the discriminator, which sets the scale of the features that are compared'),
};

const points = {
  pointsKlWeight: klWeight.default(1),
  pointsSimilarityWeight: similarityWeight.default(0.001),
  pointsPosterior: z
    .enum(['gaussian', 'deterministic', 'implicit'])
    .default('gaussian')
    .describe(
      'what the encoder says of a point: a diagonal Gaussian, one code, or any distribution, by noise that it gets beside the point; vae-gan needs a Gaussian',
    ),
  pointsPosteriorNoise: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe('numbers from N(0, 1) that the encoder of an implicit posterior gets beside a point; search 1 ... 16'),
  pointsLatentSize: latentSize.default(2).describe('codes per point; search 2 ... 8'),
  pointsWidth: width
    .default(128)
    .describe('units of each hidden layer of encoder, decoder and discriminator; search 64 ... 512'),
  pointsLayers: layers.default(2).describe('hidden layers of encoder and decoder each; search 1 ... 4'),
  pointsDiscriminatorLayers: layers
    .default(3)
    .describe('of vae-gan: hidden layers of the discriminator; search 1 ... 4'),
};

const codes = {
  codeDiscriminatorWidth: width
    .default(128)
    .describe('of adversarial-autoencoder: units of each hidden layer of the discriminator; search 64 ... 512'),
  codeDiscriminatorLayers: layers
    .default(2)
    .describe('of adversarial-autoencoder: hidden layers of the discriminator; search 1 ... 4'),
};

const optimisation = {
  imageLearningRate: learningRate
    .default(2e-3)
    .describe('of Adam for encoder and decoder, falling to 0 along half a cosine; search 1e-4 ... 1e-2, log-uniform'),
  pointsLearningRate: learningRate
    .default(1e-3)
    .describe('of Adam for encoder and decoder, falling to 0 along half a cosine; search 1e-4 ... 1e-2, log-uniform'),
  imageDiscriminatorRateRatio: discriminatorRateRatio,
  pointsDiscriminatorRateRatio: discriminatorRateRatio,
  imageDeceptionRateRatio: deceptionRateRatio.default(1),
  pointsDeceptionRateRatio: deceptionRateRatio.default(0.5),
  imageBeta1: beta1.default(0.5).describe("Adam's decay of the mean of gradients; search 0 ... 0.9"),
  pointsBeta1: beta1.default(0.5).describe("Adam's decay of the mean of gradients; search 0 ... 0.9"),
  averageDecay: z
    .number()
    .min(0)
    .max(0.99999)
    .default(0.99)
    .describe('per step, of the moving average of encoder and decoder that is sampled and reconstructs; 0: the last'),
};

/**
 * The options of the family `hybrid`. Those that start with `image` or `points` are read for that kind of data only, those that are
 * described as `of` a method by that one only.
 */
export const hybridOptions = z
  .strictObject({ ...method, ...images, ...points, ...codes, ...optimisation })
  .superRefine((options, context) => {
    if (options.method !== 'vae-gan') return;
    for (const name of ['imagePosterior', 'pointsPosterior'] as const) {
      if (options[name] === 'gaussian') continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `the KL of vae-gan needs a Gaussian posterior, got ${options[name]}; set ${name} to gaussian, or method to adversarial-autoencoder`,
      });
    }
  });

export type HybridOptions = z.output<typeof hybridOptions>;
