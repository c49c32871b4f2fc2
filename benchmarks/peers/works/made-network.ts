import * as tf from '@tensorflow/tfjs-core';
import { glorotUniform, zeros, type Layer, type Parameters } from '@kindred/nn';

export const madePixels = 784;
export const madeHidden = 1024;

/** Hidden unit k sees the first degree(k) pixels, 1 ... 783; units stand in the order of their degrees. */
export const degree = (unit: number): number => 1 + Math.floor((unit * (madePixels - 1)) / madeHidden);

/** How many hidden units see no more than the first `pixels` pixels. */
export function unitsUpTo(pixels: number): number {
  let count = 0;
  while (count < madeHidden && degree(count) <= pixels) count++;
  return count;
}

export interface MaskedDense {
  readonly kernel: tf.Variable;
  readonly bias: tf.Variable;
  /** [inputs, outputs]: 1 where an output sees an input. */
  readonly mask: Float32Array;
  readonly apply: Layer;
}

export interface Made {
  readonly layers: readonly [MaskedDense, MaskedDense, MaskedDense];
  /** Binary pixels [N, 784] to their logits, each given the pixels before it. */
  readonly logits: Layer;
}

function maskedDense(
  weights: Parameters,
  inputs: number,
  outputs: number,
  sees: (input: number, output: number) => boolean,
): MaskedDense {
  const kernel = weights.variable('kernel', [inputs, outputs], glorotUniform);
  const bias = weights.variable('bias', [outputs], zeros);
  const mask = Float32Array.from({ length: inputs * outputs }, (_, i) =>
    sees(Math.floor(i / outputs), i % outputs) ? 1 : 0,
  );
  const apply: Layer = (x) =>
    tf.add(tf.matMul(x, tf.mul<tf.Tensor2D>(kernel, tf.tensor(mask, [inputs, outputs]))), bias);
  return { kernel, bias, mask, apply };
}

/**
 * Two hidden layers of 1 024 units in the natural order of pixels.
 *
 * @see Germain et al. 2015, arXiv:1502.03509
 */
export function made(weights: Parameters): Made {
  const [pixels, hidden] = [madePixels, madeHidden];
  const first = maskedDense(weights.scope('dense-1'), pixels, hidden, (pixel, unit) => pixel < degree(unit));
  const second = maskedDense(weights.scope('dense-2'), hidden, hidden, (below, unit) => degree(below) <= degree(unit));
  const third = maskedDense(weights.scope('dense-3'), hidden, pixels, (unit, pixel) => degree(unit) <= pixel);
  return {
    layers: [first, second, third],
    logits: (x) => third.apply(tf.relu(second.apply(tf.relu(first.apply(x))))),
  };
}
