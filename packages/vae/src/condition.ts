import * as tf from '@tensorflow/tfjs-core';
import type { Networks } from './architecture/architecture.ts';
import type { LatentModel } from './bounds.ts';

/** A model with the classes of one batch put in. Decoders may run on several codes per example: those of an example lie together. */
export function givenClasses<Model extends LatentModel>(
  model: Model,
  labels: tf.Tensor | undefined,
  count: number,
): Model {
  if (!labels) return model;
  const classes = tf.oneHot(labels, count, 1, 0, 'float32'); // [N, count]
  const networks: Networks = {
    encode: (x) => model.encode(x, classes),
    decode: (z) => model.decode(z, repeated(classes, z.shape[0] ?? 1)),
  };
  return { ...model, ...networks };
}

/** [N, count] to [rows, count]: each row rows / N times. */
function repeated(classes: tf.Tensor, rows: number): tf.Tensor {
  const [examples = 1, count = 1] = classes.shape;
  if (rows === examples) return classes;
  return tf.reshape(tf.tile(tf.expandDims(classes, 1), [1, rows / examples, 1]), [rows, count]);
}
