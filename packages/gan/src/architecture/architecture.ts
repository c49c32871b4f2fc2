import type { Layer, Parameters } from '@kindred/nn';

/** Builds the two networks of a game. Each call makes the variables anew, in the scope that is given. */
export interface Architecture {
  /** Size of the generator's noise. */
  readonly latentSize: number;
  /** Noise [N, latentSize] to examples [N, ...shape] in the range of the data. */
  generator(parameters: Parameters): Layer;
  /** Examples [N, ...shape] to raw scores [N]: any real number, higher for what looks real. */
  discriminator(parameters: Parameters): Layer;
}
