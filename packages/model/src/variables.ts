import type { GenerativeModel, NamedVariables } from './contract.ts';

/** Number of scalars in the variables. */
export function countParameters(variables: NamedVariables): number {
  return Object.values(variables).reduce((sum, { size }) => sum + size, 0);
}

/** Frees variables; those that are freed already are left alone. */
export function disposeVariables(variables: NamedVariables): void {
  for (const variable of Object.values(variables)) if (!variable.isDisposed) variable.dispose();
}

/** Frees a model's parameters and training state. An open sampler frees its own state. */
export function disposeModel(model: GenerativeModel): void {
  disposeVariables(model.parameters);
  disposeVariables(model.trainingState);
}
