import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openEngine } from '../open-engine.ts';
import { given, program } from '../program.ts';
import { differences } from '../testing/compare.ts';
import { seeded } from '../testing/seeded.ts';

const cpu = await openEngine({ kind: 'cpu' });
const onnx = await openEngine({ kind: 'onnx' });
const draw = seeded(11);
const shape = [40, 512];
const size = 40 * 512;

it.each<[string, (x: tf.Tensor, z: tf.Tensor, s: tf.Tensor) => tf.Tensor]>([
  ['x s + z', (x, z, s) => tf.add(tf.mul(x, s), z)],
  ['z + s x', (x, z, s) => tf.add(z, tf.mul(s, x))],
  ['z - x s', (x, z, s) => tf.sub(z, tf.mul(x, s))],
  ['x s + 3', (x, _, s) => tf.add(tf.mul(x, s), 3)],
  ['3 - x s', (x, _, s) => tf.sub(3, tf.mul(x, s))],
  ['x s - z, which is none', (x, z, s) => tf.sub(tf.mul(x, s), z)],
  ['x s + x s', (x, _, s) => tf.add(tf.mul(x, s), tf.mul(x, s))],
  ['x z + z, no scalar', (x, z) => tf.add(tf.mul(x, z), z)],
  [
    '0.9 x + x^2, the product used again',
    (x) => {
      const product = tf.mul(x, 0.9);
      return tf.mul(tf.add(product, tf.square(x)), product);
    },
  ],
  ['x s + z that broadcasts', (x, z, s) => tf.add(tf.mul(x, s), tf.slice(z, [0, 0], [1, 512]))],
  [
    'in place of what is read later',
    (x, z, s) => {
      const sum = tf.square(z);
      return tf.add(tf.add(tf.mul(x, s), sum), sum);
    },
  ],
  ['the gradient of a leaky ReLU', (x, z) => tf.grad((y: tf.Tensor) => tf.sum(tf.mul(tf.leakyRelu(y, 0.3), x)))(z)],
  ['a choice that is none', (x, z, s) => tf.where(tf.greater(x, 0), z, tf.mul(z, s))],
])('%s is as on cpu, NaN and infinity included', async (name, body) => {
  const inputs = { x: given(shape), z: given(shape), s: given([]) };
  const under = program(name, inputs, ({ x, z, s }) => ({ y: body(x, z, s) }));
  const values = () => Float32Array.from({ length: size }, () => 2 * draw() - 1);
  const special = (x: Float32Array) => {
    [NaN, Infinity, -Infinity, -0].forEach((value, i) => (x[17 * i] = value));
    return x;
  };
  const feeds = { x: special(values()), z: values(), s: Float32Array.of(-0.7) };
  expect(await differences(under, feeds, { expected: cpu, actual: onnx, tolerance: 1e-6 })).toEqual([]);
});
