export type { Gaussian, Networks } from './architecture/architecture.ts';
export { convolutional, type ConvolutionalConfig } from './architecture/convolutional.ts';
export { perceptron, type PerceptronConfig } from './architecture/perceptron.ts';
export {
  activeUnits,
  evidenceTerms,
  importanceTerms,
  importanceWeightedBound,
  logMeanWeight,
  type EvidenceTerms,
  type ImportanceTerms,
  type LatentModel,
} from './bounds.ts';
export { klWithFreeBits } from './free-bits.ts';
export { klSchedule, type KlScheduleConfig } from './kl-schedule.ts';
export {
  evidenceObjective,
  importanceWeightedObjective,
  type Objective,
  type ObjectiveTerms,
  type Observed,
} from './objectives.ts';
export { bernoulli } from './observation/bernoulli.ts';
export { dequantised } from './observation/dequantised.ts';
export { discretisedLogistic } from './observation/discretised-logistic.ts';
export { gaussian, type SharedDeviation } from './observation/gaussian.ts';
export type { ObservationModel } from './observation/observation-model.ts';
export { vaeOptions, type VaeOptions } from './options.ts';
export { trainStepOf, type TrainStepConfig } from './train-step.ts';
export { vae } from './vae.ts';
