import type { Tensor } from '@tensorflow/tfjs-core';
import type { InputSpec } from '@kindred/engine';
import type { Schedule } from '@kindred/nn';

/**
 * What is done to examples before the discriminator sees them, real and fake alike, in its own update and in the generator's, where
 * gradients flow through it. Random at each look, so the noise is an input of the program.
 */
export interface Augmentation {
  /** The noise for `examples` examples: their number is its first axis. */
  noise(examples: number): InputSpec;
  /** A scalar that changes as training goes on; left out: always 1. */
  readonly strength?: Schedule;
  /** [N, ...shape] to [N, ...shape]. */
  apply(x: Tensor, noise: Tensor, strength: Tensor): Tensor;
}
