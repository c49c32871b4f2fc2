import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { given, program } from '../program.ts';
import '../tfjs/tfjs.ts';
import { trace } from '../trace/trace.ts';
import { countGraph } from './count-graph.ts';

const costOf = (body: (x: tf.Tensor) => Record<string, tf.Tensor>) =>
  countGraph(trace(program('p', { x: given([4]) }, ({ x }) => body(x))));

describe('countGraph', () => {
  it('counts bytes in all, and the most that are alive at once', () => {
    const { flops, activationBytes, peakActivationBytes } = costOf((x) => {
      const a = tf.exp(x); // 16 bytes
      const b = tf.neg(a); // 16: a stays, for the sum
      return { y: tf.sum(tf.add(a, b)) }; // 16, the peak: a, b, a + b; then 4
    });
    expect({ flops, activationBytes, peakActivationBytes }).toEqual({
      flops: 16,
      activationBytes: 52,
      peakActivationBytes: 48,
    });
  });

  it('frees what nothing reads any more, and keeps results to the end', () => {
    const chain = (x: tf.Tensor) => [tf.exp(x), tf.neg(tf.exp(x)), tf.sin(tf.neg(tf.exp(x)))] as const;
    expect(costOf((x) => ({ y: chain(x)[2] })).peakActivationBytes).toBe(32);
    expect(costOf((x) => ({ a: chain(x)[0], b: chain(x)[1], y: chain(x)[2] })).peakActivationBytes).toBe(48);
    expect(costOf((x) => (tf.exp(x), { y: tf.neg(x) })).peakActivationBytes).toBe(16);
  });

  it('counts one byte for a bool, four for a number, none for inputs and constants', () => {
    const cost = costOf((x) => ({ y: tf.greater(x, tf.tensor1d([1, 2, 3, 4])) }));
    expect(cost).toMatchObject({ activationBytes: 4, peakActivationBytes: 4, parameters: 0, parameterBytes: 0 });
  });

  it('counts the variables that the graph reads or assigns, once, and no others', () => {
    const [read, assigned, other] = [
      tf.variable(tf.ones([4])),
      tf.variable(tf.ones([2, 4])),
      tf.variable(tf.ones([9])),
    ];
    const cost = costOf((x) => {
      assigned.assign(tf.broadcastTo(tf.add(read, x), [2, 4]));
      return { y: tf.mul(read, read) };
    });
    expect(cost).toMatchObject({ parameters: 12, parameterBytes: 48 });
    for (const variable of [read, assigned, other]) variable.dispose();
  });
});
