import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { given, program } from '../program.ts';
import '../tfjs/tfjs.ts';
import { trace } from '../trace/trace.ts';
import { gatherScalars } from './gather-scalars.ts';
import { optimise } from './optimise.ts';
import { removeDeadNodes } from './remove-dead-nodes.ts';

const after = (pass: typeof gatherScalars, body: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) => {
  const made = program('p', { x: given([2, 3]), y: given([2, 3]) }, ({ x, y }) => ({ z: body(x, y) }));
  return String(removeDeadNodes(pass(trace(made))))
    .split('\n')
    .slice(1, -2)
    .map((line) => line.trim().replaceAll(/%\d+/g, '%').replace('%: float32[2, 3] = ', ''));
};

it.each<[string, (x: tf.Tensor, y: tf.Tensor) => tf.Tensor, string[]]>([
  ['(2 x)(3 y)', (x, y) => tf.mul(tf.mul(x, 2), tf.mul(3, y)), ['Multiply(a = x, b = y)', 'Multiply(a = %, b = 6)']],
  ['x (3 y)', (x, y) => tf.mul(x, tf.mul(3, y)), ['Multiply(a = x, b = y)', 'Multiply(a = %, b = 3)']],
  ['4 (0.5 x)', (x) => tf.mul(4, tf.mul(x, 0.5)), ['Multiply(a = x, b = 2)']],
  [
    '(2 x) y, where 2 x is read again',
    (x, y) => {
      const twice = tf.mul(x, 2);
      return tf.add(tf.mul(twice, y), twice);
    },
    ['Multiply(a = x, b = 2)', 'Multiply(a = %, b = y)', 'Add(a = %, b = %)'],
  ],
  ['x y', (x, y) => tf.mul(x, y), ['Multiply(a = x, b = y)']],
])('gatherScalars: %s', (_, body, expected) => {
  expect(after(gatherScalars, body)).toEqual(expected);
});

it('leaves one scaled product of the derivative of a cube', () => {
  const kernels = after(optimise, (x) => tf.grad((y: tf.Tensor) => tf.sum(tf.mul(tf.square(y), tf.mul(y, 0.5))))(x));
  expect(kernels.filter((line) => /b = [\d.]+\)/.test(line)).length).toBeLessThanOrEqual(2);
});
