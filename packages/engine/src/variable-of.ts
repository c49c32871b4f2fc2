import * as tf from '@tensorflow/tfjs-core';

/** A variable, or a weight of tfjs-layers, which holds one: an element of `model.weights`. */
export type VariableLike = tf.Variable | { readonly name: string; read(): tf.Tensor };

/**
 * The variable that a weight of tfjs-layers holds, as optimisers want it: `optimizer.minimize(loss, true,
 * model.trainableWeights.map(variableOf))`.
 */
export function variableOf(weight: VariableLike): tf.Variable {
  if (weight instanceof tf.Variable) return weight;
  const held = weight.read();
  if (held instanceof tf.Variable) return held;
  throw new TypeError(`variableOf: ${weight.name} must be a tf.Variable or a weight of tfjs-layers, got a tensor.`);
}
