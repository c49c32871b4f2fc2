import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from './gradients.ts';

// The whole of TF.js, for what it registers: the `cpu` backend and the gradients. tfjs-core's build for Node has no gradients. Required, for
// an import reads its megabytes once more in search of names of exports, and is the greater part of a process's start.
createRequire(import.meta.url)('@tensorflow/tfjs');

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
