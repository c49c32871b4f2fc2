import * as tf from '@tensorflow/tfjs-core';
import '@kindred/engine'; // registers TF.js's cpu backend
import { RandomStream } from '@kindred/random';
import { expect, it } from 'vitest';
import { Parameters } from '../parameters.ts';
import { residualBlocks } from './residual-blocks.ts';

it('residual blocks start as the identity, and can learn: their last kernels have gradients', () => {
  const parameters = new Parameters(new RandomStream('blocks'));
  const blocks = residualBlocks(parameters, 2, 3);
  const x = tf.tensor(new RandomStream('x').fillNormal(new Float32Array(96)), [2, 4, 4, 3]);
  expect(blocks(x).dataSync()).toEqual(x.dataSync());
  const { grads } = tf.variableGrads(() => tf.sum(tf.square(blocks(x))) as tf.Scalar);
  const kernel = parameters.trainable['block-2/convolution-2/kernel']!;
  expect(Math.max(...grads[kernel.name]!.dataSync().map(Math.abs))).toBeGreaterThan(0.1);
  parameters.dispose();
});
