import type { Tensor } from '@tensorflow/tfjs-core';
import type { Features, Layer, Mode, Parameters } from '@kindred/nn';

/** A network of the game: x [N, ...] and, where it is class-conditional, the class of each example [N], int32. */
export type Network = (x: Tensor, mode: Mode, classes?: Tensor) => Tensor;

/**
 * The bodies of the two networks. Each call makes the variables anew, in the scope that is given. What is the same for all
 * architectures (classes, packs, the score) stands in `networks/`.
 */
export interface Architecture {
  /** Noise, with what stands beside it, [N, inputs] to examples [N, ...shape] in the range of the data. */
  generator(parameters: Parameters, inputs: number): Layer;
  /** What the discriminator sees, [M, ..., channels], to features [M, size]; a linear layer makes the score of them. */
  features(parameters: Parameters, channels: number): Features;
}
