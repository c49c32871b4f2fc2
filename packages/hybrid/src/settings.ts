import type { HybridOptions } from './options.ts';

/** The options that have a form for each kind of data, in the form for one. */
export interface Settings {
  readonly latentSize: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly klWeight: number;
  readonly similarityWeight: number;
  readonly discriminatorRateRatio: number;
  readonly deceptionRateRatio: number;
}

/** The options for images, or those for points. */
export const settingsFor = (kind: 'image' | 'points', options: HybridOptions): Settings =>
  kind === 'image'
    ? {
        latentSize: options.imageLatentSize,
        learningRate: options.imageLearningRate,
        beta1: options.imageBeta1,
        klWeight: options.imageKlWeight,
        similarityWeight: options.imageSimilarityWeight,
        discriminatorRateRatio: options.imageDiscriminatorRateRatio,
        deceptionRateRatio: options.imageDeceptionRateRatio,
      }
    : {
        latentSize: options.pointsLatentSize,
        learningRate: options.pointsLearningRate,
        beta1: options.pointsBeta1,
        klWeight: options.pointsKlWeight,
        similarityWeight: options.pointsSimilarityWeight,
        discriminatorRateRatio: options.pointsDiscriminatorRateRatio,
        deceptionRateRatio: options.pointsDeceptionRateRatio,
      };
