import type { GanOptions } from '../options.ts';
import { variants } from '../variants/variants.ts';

type Recipes = Readonly<Record<string, Partial<GanOptions>>>;

/**
 * The variants at a size that plain JavaScript trains in seconds. The generator is slow beside the discriminator: in a game between
 * equals the discriminator's loss may rise while both learn.
 */
const small: Partial<GanOptions> = {
  imageLatentSize: 4,
  imageGeneratorChannels: [4, 2],
  imageDiscriminatorChannels: [2, 4],
  pointsGeneratorWidth: 16,
  pointsDiscriminatorWidth: 16,
  imageLearningRate: 1e-4,
  pointsLearningRate: 1e-4,
  discriminatorRateRatio: 30,
};
/** Parts that no variant has, in combinations that bring out what might not go together. */
const mixed: Readonly<Record<string, Partial<GanOptions>>> = {
  'infogan, RMSProp, layer norm, gradient penalty on packs': {
    imageArchitecture: 'infogan',
    imageDenseUnits: 8,
    imageDiscriminatorNorm: 'layer',
    pointsDiscriminatorNorm: 'layer',
    optimiser: 'rmsprop',
    regulariser: 'gradient-penalty',
    packing: 2,
  },
  'residual, spectral norm, R1, projection, augmentation': {
    imageArchitecture: 'residual',
    spectralNorm: true,
    regulariser: 'r1',
    imageRegulariserWeight: 0.1,
    pointsRegulariserWeight: 0.1,
    conditional: 'projection',
    imageAugmentation: ['colour', 'translation', 'cutout'],
    pointsInstanceNoise: 0.1,
  },
  'batch norm everywhere, concat on packs, two critic steps, SGD, cosine': {
    pointsGeneratorNorm: 'batch',
    pointsDiscriminatorNorm: 'batch',
    imageDiscriminatorNorm: 'batch',
    conditional: 'concat',
    embeddingSize: 3,
    packing: 2,
    criticSteps: 2,
    optimiser: 'sgd',
    learningRateSchedule: 'cosine',
  },
};

const smaller = (recipes: Recipes): Recipes =>
  Object.fromEntries(
    Object.entries(recipes).map(([name, recipe]) => [
      name,
      { ...recipe, ...small, criticSteps: Math.min(recipe.criticSteps ?? 1, 2) },
    ]),
  );

const { 'non-saturating': plain, 'wgan-gp': penalised, conditional, ...others } = variants;

/** One variant without a penalty, one with derivatives of the second order, one that is told classes: those that every run of the tests takes. */
export const quickVariants = smaller({ 'non-saturating': plain, 'wgan-gp': penalised, conditional });

/** The other variants, and parts that no variant has. */
export const otherVariants = smaller({ ...others, ...mixed });
