import * as tf from '@tensorflow/tfjs-core';
// The whole of TF.js, for what it registers: the `cpu` backend and the gradients. tfjs-core's build for Node has no gradients.
import '@tensorflow/tfjs';
import { registerGradients } from './gradients.ts';

// TF.js as the engine wants it: quiet, variables held by the `cpu` backend, derivatives of any order right.
tf.enableProdMode();
tf.setBackend('cpu');
registerGradients();

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
