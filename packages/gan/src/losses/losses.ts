import { nonSaturating, type AdversarialLoss } from '@kindred/nn';
import { hinge } from './hinge.ts';
import { leastSquares } from './least-squares.ts';
import { minimax } from './minimax.ts';
import { relativistic } from './relativistic.ts';
import { wasserstein } from './wasserstein.ts';

/** The losses by the name that the option `loss` gives them. */
export const losses = {
  minimax,
  'non-saturating': nonSaturating,
  lsgan: leastSquares,
  hinge,
  wasserstein,
  relativistic,
} as const satisfies Record<string, AdversarialLoss>;

export type LossName = keyof typeof losses;
export const lossNames = Object.keys(losses) as LossName[];
