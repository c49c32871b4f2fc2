import type { Optimiser, VariableRecord } from '@kindred/nn';

/** Variables with what updates them. */
export interface Player {
  readonly variables: VariableRecord;
  readonly optimiser: Optimiser;
}
