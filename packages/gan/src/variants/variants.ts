import { conditional } from './conditional.ts';
import { dragan } from './dragan.ts';
import { hinge } from './hinge.ts';
import { lsgan } from './lsgan.ts';
import { minimax } from './minimax.ts';
import { nonSaturating } from './non-saturating.ts';
import { pacgan } from './pacgan.ts';
import { r3 } from './r3.ts';
import type { Recipe } from './recipe.ts';
import { spectralNorm } from './spectral-norm.ts';
import { wganGp } from './wgan-gp.ts';
import { wgan } from './wgan.ts';

/** The members of the family, a recipe in a file of its own each. */
export const variants = {
  'non-saturating': nonSaturating,
  minimax,
  lsgan,
  hinge,
  wgan,
  'wgan-gp': wganGp,
  'spectral-norm': spectralNorm,
  dragan,
  r3,
  pacgan,
  conditional,
} as const satisfies Record<string, Recipe>;
