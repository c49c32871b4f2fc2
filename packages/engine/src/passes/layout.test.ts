import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { given, program } from '../program.ts';
import '../tfjs/tfjs.ts';
import { trace } from '../trace/trace.ts';
import { layout } from './layout.ts';
import { removeDeadNodes } from './remove-dead-nodes.ts';

const after = (body: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) => {
  const made = program('p', { x: given([2, 3, 4]), y: given([2, 1, 4, 1]) }, ({ x, y }) => ({ z: body(x, y) }));
  return String(removeDeadNodes(layout(trace(made))))
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().replaceAll(/%\d+/g, '%'));
};

it.each<[string, (x: tf.Tensor, y: tf.Tensor) => tf.Tensor, string[]]>([
  ['there and back', (x) => tf.transpose(tf.transpose(x, [2, 0, 1]), [1, 2, 0]), ['return z = x']],
  [
    'two transposes',
    (x) => tf.transpose(tf.transpose(x, [2, 0, 1]), [0, 2, 1]),
    ['%: float32[4, 3, 2] = Transpose(x = x, perm: [2,1,0])', 'return z = %'],
  ],
  [
    'axes of size 1',
    (_, y) => tf.transpose(y, [1, 0, 3, 2]),
    ['%: float32[1, 2, 1, 4] = Reshape(x = y, shape: [1,2,1,4])', 'return z = %'],
  ],
  [
    'a transpose that moves elements',
    (_, y) => tf.transpose(y, [2, 1, 0, 3]),
    ['%: float32[4, 1, 2, 1] = Transpose(x = y, perm: [2,1,0,3])', 'return z = %'],
  ],
  [
    'products of transposed matrices',
    (x) => tf.matMul(tf.transpose(x, [0, 2, 1]), x),
    ['%: float32[2, 4, 4] = BatchMatMul(a = x, b = x, transposeA: true, transposeB: false)', 'return z = %'],
  ],
  [
    'and of one that was to be transposed',
    (x) => tf.matMul(x, tf.transpose(x, [0, 2, 1]), true, true),
    ['%: float32[2, 4, 4] = BatchMatMul(a = x, b = x, transposeA: true, transposeB: false)', 'return z = %'],
  ],
])('layout: %s', (_, body, expected) => {
  expect(after(body)).toEqual(expected);
});
