import * as tf from '@tensorflow/tfjs-core';
import { dense, type KernelNorm, type Mode, type Parameters } from '@kindred/nn';

/**
 * How the discriminator takes the class of an example into account; the generator always has its embedding beside the noise.
 * - `projection`: the score gets <embedding of the class, features>, the form of a log ratio of class probabilities
 * - `concat`: the embedding stands beside the coordinates of a point, or as planes behind the channels of an image
 *
 * @see Miyato and Koyama 2018, arXiv:1802.05637; Mirza and Osindero 2014, arXiv:1411.1784
 */
export const conditionings = ['none', 'projection', 'concat'] as const;
export type Conditioning = (typeof conditionings)[number];

export interface ClassesConfig {
  /** Number of classes. */
  readonly count: number;
  /** Size of the embedding. */
  readonly size: number;
  readonly kernelNorm?: KernelNorm;
}

/** Classes [N], int32, to embeddings [N, size]. Variable: `kernel` [count, size]. */
export function classEmbedding(parameters: Parameters, { count, size, kernelNorm }: ClassesConfig) {
  const table = dense(parameters, { inputs: count, outputs: size, bias: false, ...(kernelNorm && { kernelNorm }) });
  return (classes: tf.Tensor | undefined, mode: Mode): tf.Tensor => {
    if (!classes)
      throw new Error('gan: a class-conditional network needs the class of each example, got none; pass them.');
    return table(tf.cast(tf.oneHot(classes as tf.Tensor1D, count), 'float32'), mode);
  };
}

/** x [N, ..., C] with embeddings [N, K] behind the channels of each position: [N, ..., C + K]. */
export function beside(x: tf.Tensor, embeddings: tf.Tensor): tf.Tensor {
  const [examples = 1, ...rest] = x.shape;
  const positions = rest.slice(0, -1);
  const [, size = 1] = embeddings.shape;
  const alone = tf.reshape(embeddings, [examples, ...positions.map(() => 1), size]);
  return tf.concat([x, positions.length === 0 ? alone : tf.mul(alone, tf.ones([1, ...positions, 1]))], x.rank - 1);
}
