import * as tf from '@tensorflow/tfjs-core';
import type { VariableRecord } from './parameters.ts';

export interface LossAndGradients<Aux extends string> {
  /** The scalar that was differentiated. */
  readonly loss: tf.Scalar;
  /** d loss / d variable under the names of `variables`. */
  readonly gradients: Record<string, tf.Tensor>;
  /** The other tensors that `compute` returned. */
  readonly aux: Record<Aux, tf.Tensor>;
}

/**
 * Runs `compute` and differentiates its `loss` by `variables`. Whatever else it returns comes back as `aux`, not differentiated.
 * A variable that the loss does not depend on is an error: a layer was forgotten, or the wrong scope was given.
 */
export function gradients<Aux extends string = never>(
  variables: VariableRecord,
  compute: () => { readonly loss: tf.Tensor } & Readonly<Record<Aux, tf.Tensor>>,
): LossAndGradients<Aux> {
  const held: [string, tf.Tensor][] = [];
  const { value, grads } = tf.variableGrads(() => {
    const { loss, ...others } = compute();
    // TF.js frees what the differentiated function does not return.
    for (const [name, tensor] of Object.entries<tf.Tensor>(others)) held.push([name, tf.keep(tf.clone(tensor))]);
    return loss as tf.Scalar;
  }, Object.values(variables));
  const named = Object.entries(variables).map(([name, variable]): [string, tf.Tensor] => {
    const gradient = grads[variable.name];
    if (!gradient)
      throw new Error(`gradients: the loss does not depend on the variable ${name}; leave it out or use it.`);
    return [name, gradient];
  });
  const aux = held.map(([name, tensor]): [string, tf.Tensor] => {
    const tracked = tf.clone(tensor); // the caller's tidy frees this one
    tensor.dispose();
    return [name, tracked];
  });
  return {
    loss: value,
    gradients: Object.fromEntries(named),
    aux: Object.fromEntries(aux) as Record<Aux, tf.Tensor>,
  };
}
