export { activeVariance, openCodes, type OpenCodes } from './codes.ts';
export type {
  BuildContext,
  Codes,
  GenerativeModel,
  Likelihood,
  LogLikelihood,
  ModelFamily,
  NamedVariables,
  Sampler,
} from './contract.ts';
export { logLikelihoods, openLikelihood, type LikelihoodOptions, type OpenLikelihood } from './likelihood.ts';
export { batchesPerStep, resolveOptions } from './options.ts';
export { loadParameters, saveParameters } from './parameter-file.ts';
export type { ExampleOptions, PerExample } from './per-example.ts';
export { openReconstruction } from './reconstruction.ts';
export { drawFrom, drawSamples, openSampler, type DrawOptions, type OpenSampler } from './sampling.ts';
export { NotFiniteError, openTrainer, type Batch, type Trainer, type TrainerOptions } from './trainer.ts';
export { countParameters, disposeModel, disposeVariables } from './variables.ts';
