import type { Shape } from '@kindred/engine';
import type { RandomStream } from '@kindred/random';

/** How many inputs feed one output of a layer, and how many outputs one input feeds. */
export interface Fans {
  readonly in: number;
  readonly out: number;
}

/**
 * Initial values for a variable of `shape`. Kernels are [inputs, outputs] or [height, width, inputs, outputs]; layers whose
 * kernels are laid out otherwise (transposed convolutions) pass their own `fans`.
 */
export type Initialiser = (shape: Shape, random: RandomStream, fans?: Fans) => Float32Array;

const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** Fans of a kernel [inputs, outputs] or [...window, inputs, outputs]: the window counts on both sides. */
export function fansOf(shape: Shape): Fans {
  const outputs = shape.at(-1);
  const inputs = shape.at(-2);
  if (inputs === undefined || outputs === undefined) {
    throw new RangeError(
      `fansOf: a kernel has at least 2 axes, got shape [${shape.join(', ')}]; give biases zeros or a constant.`,
    );
  }
  const window = sizeOf(shape.slice(0, -2));
  return { in: window * inputs, out: window * outputs };
}

/** All values equal `value`. */
export const constant =
  (value: number): Initialiser =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

export const zeros: Initialiser = constant(0);
export const ones: Initialiser = constant(1);

/** N(0, sd^2). */
export const scaledNormal =
  (sd: number): Initialiser =>
  (shape, random) =>
    random.fillNormal(new Float32Array(sizeOf(shape))).map((value) => value * sd);

/**
 * U(-a, a) with a = sqrt(6 / (fanIn + fanOut)): keeps the variance of signals and gradients through linear layers.
 *
 * @see Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks"
 */
export const glorotUniform: Initialiser = (shape, random, fans = fansOf(shape)) => {
  const limit = Math.sqrt(6 / (fans.in + fans.out));
  return random.fillUniform(new Float32Array(sizeOf(shape))).map((value) => (2 * value - 1) * limit);
};

/**
 * N(0, 2 / fanIn): keeps the variance of signals through layers followed by ReLU.
 *
 * @see He et al. 2015, arXiv:1502.01852
 */
export const heNormal: Initialiser = (shape, random, fans = fansOf(shape)) =>
  scaledNormal(Math.sqrt(2 / fans.in))(shape, random);
