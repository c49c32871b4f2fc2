export { authenticity, type Authenticity, type AuthenticityOptions } from './authenticity.ts';
export type { Classifier } from './extractors/classifier.ts';
export { defaultRecipe, type ClassifierRecipe } from './extractors/classifier-recipe.ts';
export type { ClassifierTask, ImageShape, LabelledImages } from './extractors/classifier-task.ts';
export {
  openClassifierExtractor,
  type ClassifierExtractorOptions,
  type OpenedClassifier,
} from './extractors/open-classifier-extractor.ts';
export { trainClassifier, type TrainClassifierOptions, type TrainedClassifier } from './extractors/train-classifier.ts';
export type { FeatureExtractor } from './extractors/feature-extractor.ts';
export { pixelFeatures, pointFeatures } from './extractors/identity-features.ts';
export type { Features } from './features.ts';
export { frechetDistance, frechetReference, type FrechetReference } from './frechet-distance.ts';
export {
  frechetDistanceInfinity,
  type FrechetDistanceInfinity,
  type FrechetDistanceInfinityOptions,
} from './frechet-distance-infinity.ts';
export {
  kernelDistance,
  kernelDistanceSubsets,
  type KernelDistance,
  type KernelDistanceOptions,
  type KernelSubset,
} from './kernel-distance.ts';
export { modeCoverage, type MixtureModes, type ModeCoverage } from './mode-coverage.ts';
export { nearestNeighbourTwoSample, type NearestNeighbourTwoSample } from './nearest-neighbour-two-sample.ts';
export {
  precisionRecallDensityCoverage,
  type PrecisionRecallDensityCoverage,
  type PrecisionRecallOptions,
} from './precision-recall-density-coverage.ts';
export { sharpness, sharpnessRatio, type Images } from './sharpness.ts';
export { bootstrapInterval, type BootstrapOptions } from './statistics/bootstrap.ts';
export type { Interval } from './statistics/interval.ts';
export { interquartileMean, mean, median, standardDeviation, type Statistic } from './statistics/summary.ts';
export { wilsonInterval } from './statistics/wilson.ts';
export { vendiScore } from './vendi-score.ts';
