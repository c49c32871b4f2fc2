import * as tf from '@tensorflow/tfjs-core';
// The whole of TF.js, for what it registers: the `cpu` backend and the gradients. tfjs-core's build for Node has no gradients.
import '@tensorflow/tfjs';

/**
 * TF.js as the engine wants it: quiet, variables held by the `cpu` backend, and second derivatives through comparisons.
 * TF.js 4.22 has no gradient for most comparisons, so that a second derivative through `leakyRelu`, `maximum` or `where`
 * throws. They are steps, so their derivative is 0 wherever it exists.
 */
tf.enableProdMode();
tf.setBackend('cpu');

for (const kernelName of ['Equal', 'NotEqual', 'Greater', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr', 'LogicalXor']) {
  const zeros = (x: tf.Tensor | undefined) => () => {
    if (x === undefined) throw new Error(`${kernelName} saved no input`);
    return tf.zeros(x.shape);
  };
  tf.registerGradient({
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (_, [a, b]) => ({ a: zeros(a), b: zeros(b) }),
  });
}
tf.registerGradient({
  kernelName: 'LogicalNot',
  inputsToSave: ['x'],
  gradFunc: (_, [x]) => ({ x: () => tf.zeros(x?.shape ?? []) }),
});

/** Runs `work` with TF.js's global backend set to `backend`, and sets it back after. */
export function onBackend<T>(backend: string, work: () => T): T {
  const before = tf.getBackend();
  if (before === backend) return work();
  tf.setBackend(backend);
  try {
    return work();
  } finally {
    tf.setBackend(before);
  }
}
