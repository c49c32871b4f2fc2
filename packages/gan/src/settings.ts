import type { GanOptions } from './options.ts';

/** The options that have a form for each kind of data, in the form for one. */
export interface Settings {
  readonly latentSize: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly regulariserWeight: number;
  readonly weightClip: number;
  readonly averageDecay: number;
}

/** The options for images, or those for points. */
export const settingsFor = (kind: 'image' | 'points', options: GanOptions): Settings =>
  kind === 'image'
    ? {
        latentSize: options.imageLatentSize,
        learningRate: options.imageLearningRate,
        beta1: options.imageBeta1,
        beta2: options.imageBeta2,
        regulariserWeight: options.imageRegulariserWeight,
        weightClip: options.imageWeightClip,
        averageDecay: options.imageAverageDecay,
      }
    : {
        latentSize: options.pointsLatentSize,
        learningRate: options.pointsLearningRate,
        beta1: options.pointsBeta1,
        beta2: options.pointsBeta2,
        regulariserWeight: options.pointsRegulariserWeight,
        weightClip: options.pointsWeightClip,
        averageDecay: options.pointsAverageDecay,
      };
