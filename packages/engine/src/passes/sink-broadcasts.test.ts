import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { printGraph } from '../graph/print-graph.ts';
import { given, program } from '../program.ts';
import '../tfjs/tfjs.ts';
import { trace } from '../trace/trace.ts';
import { optimise } from './optimise.ts';
import { removeDeadNodes } from './remove-dead-nodes.ts';
import { sinkBroadcasts } from './sink-broadcasts.ts';

const lines = (body: (x: tf.Tensor, b: tf.Tensor) => tf.Tensor, pass: typeof sinkBroadcasts) => {
  const traced = trace(program('p', { x: given([4, 3]), b: given([3]) }, ({ x, b }) => ({ y: body(x, b) })));
  return printGraph(removeDeadNodes(pass(traced)))
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().replaceAll(/%\d+/g, '%'));
};

it('a broadcast next to an operand of the whole shape needs no pass of its own', () => {
  expect(lines((x, b) => tf.sub(x, tf.mul(b, tf.ones([4, 3]))), sinkBroadcasts)).toEqual([
    '%: float32[4, 3] = Sub(a = x, b = b)',
    'return y = %',
  ]);
});

it('an operation with a scalar comes before the broadcast', () => {
  expect(lines((_, b) => tf.div(2, tf.mul(tf.ones([4, 3]), b)), sinkBroadcasts)).toEqual([
    '%: float32[3] = RealDiv(a = 2, b = b)',
    '%: float32[4, 3] = Multiply(a = %, b = 1[4, 3])',
    'return y = %',
  ]);
});

it('a product with ones that broadcasts nothing stays as it is', () => {
  const body = (x: tf.Tensor, b: tf.Tensor) => tf.mul(tf.mul(x, tf.ones([4, 3])), b);
  expect(lines(body, sinkBroadcasts)).toHaveLength(3);
});

it('the gradient of a mean of squares is one product with x, and one of numbers', () => {
  const body = (x: tf.Tensor) => tf.grad((y: tf.Tensor) => tf.sum(tf.square(tf.mean(y, 0))))(x);
  const kernels = lines(body, optimise);
  const whole = kernels.filter((line) => line.startsWith('%: float32[4, 3]'));
  expect(whole).toEqual(['%: float32[4, 3] = Multiply(a = %, b = 1[4, 3])']);
});
