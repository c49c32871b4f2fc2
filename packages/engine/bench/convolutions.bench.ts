import * as tf from '@tensorflow/tfjs-core';
import { bench, describe } from 'vitest';
import { given, openEngine, program } from '../src/index.ts';

/** Convolutions of the sizes that models for 28 x 28 images have, in each direction. `npx vitest bench packages/engine`. */
const batchSize = 64;
const layers = [
  { size: 28, inputs: 1, outputs: 32, window: 4, stride: 2 },
  { size: 14, inputs: 32, outputs: 64, window: 4, stride: 2 },
  { size: 28, inputs: 16, outputs: 16, window: 3, stride: 1 },
  { size: 28, inputs: 32, outputs: 1, window: 3, stride: 1 },
];

const engine = await openEngine({ kind: 'onnx' });

for (const { size, inputs, outputs, window, stride } of layers) {
  const small = Math.ceil(size / stride);
  const images: [number, number, number, number] = [batchSize, size, size, inputs];
  const errors: [number, number, number, number] = [batchSize, small, small, outputs];
  const filter: [number, number, number, number] = [window, window, inputs, outputs];
  const convolve = (x: tf.Tensor, f: tf.Tensor) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, 'same');
  const ones = (shape: readonly number[]) => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1);

  const forward = await engine.compile(
    program('forward', { x: given(images), f: given(filter) }, ({ x, f }) => ({ y: convolve(x, f) })),
  );
  const inputGradient = await engine.compile(
    program('input gradient', { dy: given(errors), f: given(filter) }, ({ dy, f }) => ({
      y: tf.conv2dTranspose(dy as tf.Tensor4D, f as tf.Tensor4D, images, stride, 'same'),
    })),
  );
  const filterGradient = await engine.compile(
    program('filter gradient', { x: given(images), dy: given(errors) }, ({ x, dy }) => ({
      y: tf.grad((f) => tf.sum(tf.mul(convolve(x, f), dy)))(tf.zeros(filter)),
    })),
  );

  describe(`${size}x${size}x${inputs} to ${small}x${small}x${outputs}, window ${window}, stride ${stride}`, () => {
    bench('forward', async () => void (await forward.run({ x: ones(images), f: ones(filter) })));
    bench('input gradient', async () => void (await inputGradient.run({ dy: ones(errors), f: ones(filter) })));
    bench('filter gradient', async () => void (await filterGradient.run({ x: ones(images), dy: ones(errors) })));
  });
}
