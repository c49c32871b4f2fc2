import type * as tf from '@tensorflow/tfjs-core';

/** A gradient config whose gradient is computed from the saved inputs alone. */
export function fromInputs(
  kernelName: string,
  inputsToSave: string[],
  gradFunc: (dy: tf.Tensor, saved: tf.Tensor[], attributes: tf.NamedAttrMap) => Record<string, () => tf.Tensor>,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave,
    gradFunc: (dy, saved, attributes) => gradFunc(dy as tf.Tensor, saved, attributes),
  };
}

/** A tensor that TF.js saved for a gradient. */
export function saved(tensor: tf.Tensor | undefined): tf.Tensor {
  if (tensor === undefined) throw new Error('TF.js saved no tensor for a gradient');
  return tensor;
}
