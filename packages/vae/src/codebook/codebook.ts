import * as tf from '@tensorflow/tfjs-core';
import { stopGradient, type Initialiser, type Parameters } from '@kindred/nn';

export interface CodebookConfig {
  /** Number of vectors. */
  readonly size: number;
  /** Length of a vector. */
  readonly width: number;
  /** Whether gradients move the vectors, or a `CodebookUpdate` does. */
  readonly trainable: boolean;
}

/** Vectors [size, width] that stand for what an encoder gives. */
export interface Codebook extends CodebookConfig {
  readonly vectors: tf.Variable;
}

/** What each place of a batch was quantised to. */
export interface Quantised {
  /** One-hot, [M, size]; a constant for gradients. */
  readonly codes: tf.Tensor;
  /** The codes' vectors, [M, width]; gradients reach the codebook where it is trainable. */
  readonly vectors: tf.Tensor;
}

/** Vectors far smaller than an encoder's: the first gradients decide which way each goes. */
const small: Initialiser = (shape, random) =>
  random
    .fillUniform(new Float32Array(shape.reduce((product, length) => product * length, 1)))
    .map((value) => (2 * value - 1) / (shape[0] ?? 1));

export function openCodebook(parameters: Parameters, config: CodebookConfig): Codebook {
  const shape = [config.size, config.width];
  return {
    ...config,
    vectors: config.trainable ? parameters.variable('vectors', shape, small) : parameters.state('vectors', shape),
  };
}

/**
 * The nearest vector of each row. |e|^2 - 2 z.e orders the vectors as |z - e|^2 does; of several as near the first one is taken.
 *
 * @param encodings [M, width]
 */
export function quantise({ vectors, size }: Codebook, encodings: tf.Tensor): Quantised {
  const [z, e] = [stopGradient(encodings), stopGradient(vectors)];
  const score = tf.sub(tf.sum(tf.square(e), 1), tf.mul(tf.matMul(z, e, false, true), 2)); // [M, size]
  const codes = stopGradient(tf.oneHot(tf.argMin(score, 1), size, 1, 0, 'float32'));
  return { codes, vectors: tf.matMul(codes, vectors) };
}

/**
 * `value` going forward; its gradient goes to `through` unchanged, as if nothing had been rounded.
 *
 * @see Bengio et al. 2013, arXiv:1308.3432
 */
export const straightThrough = (value: tf.Tensor, through: tf.Tensor): tf.Tensor =>
  tf.add(through, stopGradient(tf.sub(value, through)));

/**
 * exp of the entropy of the codes' shares in the batch, a scalar: between 1, where all places have the same code, and the codebook's
 * size, where all are used alike.
 *
 * @param codes one-hot, [M, size]
 */
export function perplexity(codes: tf.Tensor): tf.Tensor {
  const shares = tf.mean(codes, 0);
  return tf.exp(tf.neg(tf.sum(tf.mul(shares, tf.log(tf.maximum(shares, 1e-10))))));
}
