import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { given, program } from '../program.ts';

it.skipIf(process.arch !== 'x64')(
  'what is too small for a normal float32 is zero, and the smallest normal one is not',
  async () => {
    const engine = await openEngine({ kind: 'onnx', device: 'cpu' });
    const product = await engine.compile(
      program('product', { x: given([3]), y: given([3]) }, ({ x, y }) => ({ product: tf.mul(x, y) })),
    );
    const small = 2 ** -126;
    const { product: values } = await product.run({
      x: Float32Array.of(small, small, 1),
      y: Float32Array.of(1, 0.5, small),
    });
    expect([...values]).toEqual([small, 0, small]);
    await engine.dispose();
  },
);

it('a mean that fades, as Adam keeps one, fades to zero', async () => {
  const engine = await openEngine({ kind: 'onnx', device: 'cpu' });
  const mean = tf.tidy(() => tf.variable(tf.ones([4])));
  const fade = await engine.compile(
    program('fade', {}, () => {
      const next = tf.mul(mean, 0.9);
      mean.assign(next as tf.Tensor1D);
      return { sum: tf.sum(next) };
    }),
  );
  for (let step = 0; step < 840; step++) await fade.run({});
  // 0.9^829 is the last that a normal float32 holds; without flushing 0.9^980 would be the last of all.
  expect([...engine.read(mean)]).toEqual([0, 0, 0, 0]);
  mean.dispose();
  await engine.dispose();
});
