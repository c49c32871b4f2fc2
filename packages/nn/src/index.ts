export {
  bernoulliLogProbability,
  gaussianLogProbability,
  logMeanExp,
  logSumExp,
  mixtureLogProbability,
  standardNormalKl,
  stopGradient,
} from './distributions.ts';
export { feedsFor, type FeedSources } from './feeds.ts';
export { gradients, type LossAndGradients } from './gradients.ts';
export {
  constant,
  fansOf,
  glorotUniform,
  heNormal,
  ones,
  scaledNormal,
  zeros,
  type Fans,
  type Initialiser,
} from './initialisers.ts';
export { conv2d, conv2dTransposed, type ConvolutionConfig } from './layers/convolution.ts';
export { dense, type DenseConfig } from './layers/dense.ts';
export {
  flatten,
  leakyRelu,
  relu,
  reshapeTo,
  sequential,
  sigmoid,
  tanh,
  type Layer,
  type Mode,
} from './layers/layer.ts';
export { maskedConv2d, type MaskedConvolutionConfig } from './layers/masked-convolution.ts';
export { batchNorm, layerNorm, type BatchNormConfig, type LayerNormConfig } from './layers/normalisation.ts';
export { downsample, upsample } from './layers/resize.ts';
export { gate } from './layers/gate.ts';
export type { KernelNorm } from './layers/kernel-norm.ts';
export { spectralNorm } from './layers/spectral-norm.ts';
export { accuracy } from './losses/accuracy.ts';
export type { AdversarialLoss } from './losses/adversarial-loss.ts';
export { crossEntropy } from './losses/cross-entropy.ts';
export { nonSaturating } from './losses/non-saturating.ts';
export { movingAverage, type MovingAverage } from './moving-average.ts';
export {
  besideClasses,
  convolutionalEncoder,
  type ConvolutionalEncoderConfig,
  type Encoder,
} from './networks/convolutional-encoder.ts';
export {
  dcganFeatures,
  dcganGenerator,
  type DcganFeaturesConfig,
  type DcganGeneratorConfig,
  type Features,
} from './networks/dcgan.ts';
export { hiddenLayers, type Hidden, type HiddenConfig } from './networks/hidden-layers.ts';
export { normalisation, normNames, type NormName } from './networks/norms.ts';
export { posteriorFrom, type Gaussian } from './networks/posterior.ts';
export { hasQuarters } from './networks/quarters.ts';
export { residualBlocks } from './networks/residual-blocks.ts';
export {
  adam,
  clipByGlobalNorm,
  globalNorm,
  rmsprop,
  sgd,
  type AdamOptions,
  type Optimiser,
  type RmspropOptions,
  type SgdOptions,
} from './optimisers.ts';
export { Parameters, type VariableRecord } from './parameters.ts';
export { constantRate, cosineRate, linearRate, withWarmUp, type Schedule } from './schedules.ts';
