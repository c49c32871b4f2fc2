import type { Tensor } from '@tensorflow/tfjs-core';

/** The discriminator as a function of what it sees: [N, ...shape] to scores [M]. M < N where it sees packs. */
export type Critic = (x: Tensor) => Tensor;

/**
 * What a penalty is of. Slopes are per unit of the data: intensities lie in 0 ... 1, where a slope is twice that of the same critic on
 * -1 ... 1 and its square four times, so that a gamma published for images in -1 ... 1 is a quarter of it here.
 */
export interface Evidence {
  /** Real examples as the discriminator sees them, [N, ...shape]. */
  readonly real: Tensor;
  /** As many fakes. */
  readonly fake: Tensor;
  /** Of the shape that `noise` says, where it is given. */
  readonly noise?: Tensor;
}

/** A term that the discriminator's update adds to its loss. */
export interface Regulariser {
  /** Shape of the noise from U[0, 1) that one penalty takes, for examples [N, ...shape] that give `scores` scores; left out: none. */
  noise?(shape: readonly number[], scores: number): readonly [number, ...number[]];
  /** The weighted penalty, a scalar. */
  penalty(critic: Critic, evidence: Evidence): Tensor;
}

/** The noise of evidence for a regulariser that declares some. */
export function noiseOf({ noise }: Evidence): Tensor {
  if (!noise) throw new Error('regulariser: it needs noise of the shape that it declares, got none; feed it.');
  return noise;
}
