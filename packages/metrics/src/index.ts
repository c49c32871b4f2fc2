export { areaUnderRoc } from './area-under-roc.ts';
export { authenticity, type Authenticity, type AuthenticityOptions } from './authenticity.ts';
export { bitsPerDimension, type BitsPerDimensionOptions } from './bits-per-dimension.ts';
export { classAccuracy } from './class-accuracy.ts';
export {
  classificationAccuracyScore,
  type ClassificationAccuracyScore,
  type ClassificationAccuracyScoreOptions,
} from './classification-accuracy-score.ts';
export {
  classifierTwoSample,
  type ClassifierTwoSample,
  type ClassifierTwoSampleOptions,
} from './classifier-two-sample.ts';
export type { Classifier } from './extractors/classifier.ts';
export { defaultRecipe, type ClassifierRecipe } from './extractors/classifier-recipe.ts';
export type { ClassifierTask, ImageShape, LabelledImages } from './extractors/classifier-task.ts';
export {
  openClassifierExtractor,
  type ClassifierExtractorOptions,
  type OpenedClassifier,
} from './extractors/open-classifier-extractor.ts';
export { trainClassifier, type TrainClassifierOptions, type TrainedClassifier } from './extractors/train-classifier.ts';
export { cachedFeatures, type CachedFeaturesOptions } from './extractors/cached-features.ts';
export type { FeatureExtractor } from './extractors/feature-extractor.ts';
export { pixelFeatures, pointFeatures } from './extractors/identity-features.ts';
export { openOnnxExtractor } from './extractors/open-onnx-extractor.ts';
export { randomFeatures } from './extractors/random-features.ts';
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
export type { Images } from './images.ts';
export { inceptionScore, type InceptionScore, type InceptionScoreOptions } from './inception-score.ts';
export { fitLocalModel, type LocalModel } from './local-model.ts';
export { medianFilter, type MedianFilterOptions } from './median-filter.ts';
export { modeCoverage, type MixtureModes, type ModeCoverage } from './mode-coverage.ts';
export { nearestNeighbourTwoSample, type NearestNeighbourTwoSample } from './nearest-neighbour-two-sample.ts';
export {
  multiScaleSimilarity,
  type MultiScaleSimilarity,
  type MultiScaleSimilarityOptions,
} from './multi-scale-similarity.ts';
export { peakSignalToNoiseRatio } from './peak-signal-to-noise-ratio.ts';
export {
  precisionRecallDensityCoverage,
  type PrecisionRecallDensityCoverage,
  type PrecisionRecallOptions,
} from './precision-recall-density-coverage.ts';
export { sharpness, sharpnessRatio } from './sharpness.ts';
export { slicedWasserstein, type SlicedWassersteinOptions } from './sliced-wasserstein.ts';
export { spectrumDistance, type SpectrumDistance } from './spectrum-distance.ts';
export { binomialCoefficient } from './statistics/binomial.ts';
export { bootstrapInterval } from './statistics/bootstrap.ts';
export { expectedBestOfK, type BestOfKOptions } from './statistics/expected-best-of-k.ts';
export { holm } from './statistics/holm.ts';
export type { Interval } from './statistics/interval.ts';
export { mcnemar, type McnemarTest } from './statistics/mcnemar.ts';
export type { BootstrapOptions } from './statistics/percentile-bootstrap.ts';
export { permutationTest, type PermutationTest, type PermutationTestOptions } from './statistics/permutation-test.ts';
export { probabilityOfImprovement } from './statistics/probability-of-improvement.ts';
export { stratifiedBootstrap } from './statistics/stratified-bootstrap.ts';
export { interquartileMean, mean, median, standardDeviation, type Statistic } from './statistics/summary.ts';
export { wilsonInterval } from './statistics/wilson.ts';
export { vendiScore } from './vendi-score.ts';
