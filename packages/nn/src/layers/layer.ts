import * as tf from '@tensorflow/tfjs-core';

/**
 * How a layer with batch statistics behaves:
 * - `training`: normalises by the batch and updates the moving averages
 * - `batch`: normalises by the batch, leaves the moving averages (a generator seen from the discriminator's update)
 * - `inference`: normalises by the moving averages
 */
export type Mode = 'training' | 'batch' | 'inference';

/** A layer is a function of tensors that closes over its variables. Layers without batch statistics ignore `mode`. */
export type Layer = (x: tf.Tensor, mode?: Mode) => tf.Tensor;

/** Applies the layers one after another and hands the mode on. */
export const sequential =
  (...layers: readonly Layer[]): Layer =>
  (x, mode = 'inference') =>
    layers.reduce((value, layer) => layer(value, mode), x);

export const relu: Layer = (x) => tf.relu(x);
export const tanh: Layer = (x) => tf.tanh(x);
export const sigmoid: Layer = (x) => tf.sigmoid(x);
/** x for x > 0, otherwise slope * x. */
export const leakyRelu =
  (slope = 0.2): Layer =>
  (x) =>
    tf.leakyRelu(x, slope);

/** [N, ...] to [N, product of the rest]. */
export const flatten: Layer = (x) => {
  const [examples = 1, ...rest] = x.shape;
  return tf.reshape(x, [examples, rest.reduce((product, length) => product * length, 1)]);
};

/** [N, ...] to [N, ...shape]. */
export const reshapeTo =
  (...shape: readonly number[]): Layer =>
  (x) =>
    tf.reshape(x, [x.shape[0] ?? 1, ...shape]);
