import {
  adam,
  constantRate,
  cosineRate,
  linearRate,
  rmsprop,
  sgd,
  type Optimiser,
  type Parameters,
  type Schedule,
  type VariableRecord,
} from '@kindred/nn';

/** What optimisers take from the options. */
export interface Decays {
  /** Of the mean of gradients: Adam's beta1, SGD's momentum. */
  readonly beta1: number;
  /** Of the mean of squared gradients: Adam's beta2, RMSProp's decay. */
  readonly beta2: number;
}

const optimisers = {
  adam: (state, variables, { beta1, beta2 }) => adam(state, variables, { beta1, beta2 }),
  rmsprop: (state, variables, { beta2 }) => rmsprop(state, variables, { decay: beta2 }),
  sgd: (state, variables, { beta1 }) => sgd(state, variables, { momentum: beta1 }),
} as const satisfies Record<string, (state: Parameters, variables: VariableRecord, decays: Decays) => Optimiser>;

export type OptimiserName = keyof typeof optimisers;
export const optimiserNames = Object.keys(optimisers) as OptimiserName[];

export interface OptimiserConfig extends Decays {
  readonly optimiser: OptimiserName;
}

/** An optimiser of the variables, its slots in `state`. */
export const optimiserOf = (state: Parameters, variables: VariableRecord, config: OptimiserConfig): Optimiser =>
  optimisers[config.optimiser](state, variables, config);

const schedules = {
  constant: (value) => constantRate(value),
  linear: (value, steps) => linearRate(value, 0, steps),
  cosine: (value, steps) => cosineRate(value, 0, steps),
} as const satisfies Record<string, (value: number, steps: number) => Schedule>;

export type ScheduleName = keyof typeof schedules;
export const scheduleNames = Object.keys(schedules) as ScheduleName[];

/** From `value` at the first step to 0 after `steps` steps, or `value` throughout. */
export const scheduleOf = (name: ScheduleName, value: number, steps: number): Schedule => schedules[name](value, steps);
