import { dragan } from './dragan.ts';
import { gradientPenalty } from './gradient-penalty.ts';
import type { Regulariser } from './regulariser.ts';
import { r1, r1r2 } from './zero-centred.ts';

/** The regularisers of the discriminator, by the name that the option `regulariser` gives them, each made with its weight. */
export const regularisers = {
  none: () => undefined,
  'gradient-penalty': gradientPenalty,
  r1,
  'r1-r2': r1r2,
  dragan,
} as const satisfies Record<string, (weight: number) => Regulariser | undefined>;

export type RegulariserName = keyof typeof regularisers;
export const regulariserNames = Object.keys(regularisers) as RegulariserName[];
