import type { AdversarialLoss } from './adversarial-loss.ts';
import { nonSaturating } from './non-saturating.ts';

/** The losses by the name that the option `loss` gives them. */
export const losses = { 'non-saturating': nonSaturating } as const satisfies Record<string, AdversarialLoss>;

export type LossName = keyof typeof losses;
export const lossNames = Object.keys(losses) as LossName[];
