export type {
  BuildContext,
  GenerativeModel,
  Likelihood,
  LogLikelihood,
  ModelFamily,
  NamedVariables,
  Sampler,
} from './contract.ts';
