import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { printGraph } from '../graph/print-graph.ts';
import { batch, given, program } from '../program.ts';
import '../tfjs/tfjs.ts';
import { trace } from './trace.ts';

describe('trace', () => {
  it('reads like the program: inputs, variables, nodes, assignments, outputs', () => {
    const w = tf.variable(tf.tensor1d([1, 2]), true, 'trace-test-w');
    const graph = trace(
      program('double', { x: batch([2]) }, ({ x }) => {
        w.assign(tf.mul(w, x) as tf.Tensor1D);
        return { y: tf.add(w, x) };
      }),
    );
    expect(printGraph(graph)).toBe(
      [
        'double(x: float32[2]) {',
        '  variable @trace-test-w: float32[2]',
        '  %2: float32[2] = Multiply(a = @trace-test-w, b = x)',
        '  %3: float32[2] = Add(a = %2, b = x)',
        '  @trace-test-w <- %2',
        '  return y = %3',
        '}',
      ].join('\n'),
    );
    w.dispose();
  });

  it('leaves variables as they were, and no tensor behind, also when the program fails', () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const before = tf.memory();
    const assign = program('assign', {}, () => {
      w.assign(tf.tensor1d([5, 6]));
      w.assign(tf.add(w, 1) as tf.Tensor1D);
      return { y: tf.sum(w) };
    });
    trace(assign);
    const fail = program('fail', { x: batch([2]) }, ({ x }) => {
      w.assign(x as tf.Tensor1D);
      throw new Error('stop');
    });
    expect(() => trace(fail)).toThrow('program fail: stop');
    expect(Array.from(w.dataSync())).toEqual([1, 2]);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    w.dispose();
    expect(tf.memory().numTensors).toBe(before.numTensors - 1);
  });

  it('merges what is alike, and takes tensors from outside as constants', () => {
    const outside = tf.tensor1d([3, 4]);
    const graph = trace(
      program('merge', { x: batch([2]) }, ({ x }) => ({
        y: tf.add(tf.mul(tf.exp(x), outside), tf.mul(tf.exp(x), outside)),
      })),
    );
    expect(graph.nodes.map(({ kernel }) => kernel)).toEqual(['Exp', 'Multiply', 'Add']);
    expect(outside.isDisposed).toBe(false);
    outside.dispose();
  });

  it('refuses to read a value, and says of what', () => {
    const read = program('reads', { x: batch([2]) }, ({ x }) => ({ y: tf.mul(x, tf.exp(x).dataSync()[0] ?? 0) }));
    expect(() => trace(read)).toThrow(/program reads: reads the value of the output of Exp.*tf\.where/);
  });

  it.each([
    ['randomNormal', (x: tf.Tensor) => tf.add(x, tf.randomNormal([2]))],
    ['randomUniform', (x: tf.Tensor) => tf.add(x, tf.randomUniform([2], 0, 1, 'float32', 7))],
    ['truncatedNormal', (x: tf.Tensor) => tf.add(x, tf.truncatedNormal([2]))],
    ['dropout', (x: tf.Tensor) => tf.dropout(x, 0.5)],
  ])('refuses tf.%s, whose numbers would be frozen', (op, body) => {
    const random = program('random', { x: batch([2]) }, ({ x }) => ({ y: body(x) }));
    expect(() => trace(random)).toThrow(
      new RegExp(`program random: draws random numbers with tf\\.(${op}|randomUniform).*normal\\(shape\\)`),
    );
  });

  it('refuses a kernel without a rule, and names it with its shapes', () => {
    const unique = program('distinct', { x: batch([4]) }, ({ x }) => ({ y: tf.unique(x as tf.Tensor1D).values }));
    expect(() => trace(unique)).toThrow(
      /program distinct: kernel Unique \(x float32\[4\]\) is not compiled by this engine: the shape.*depends on values; run it outside/,
    );
  });

  it('refuses an output that is no tensor, and a dtype that it cannot hold', () => {
    const number = program('number', { x: batch([2]) }, () => ({ y: 3 as unknown as tf.Tensor }));
    expect(() => trace(number)).toThrow('program number: output y must be a tensor, got number');
    const text = program('text', {}, () => ({ y: tf.tensor1d(['a']) }));
    expect(() => trace(text)).toThrow(/program text: dtype string is not compiled/);
  });

  it('refuses shapes that are no shapes', () => {
    expect(() => program('empty', { x: given([2, 0]) }, ({ x }) => ({ x }))).toThrow(
      /input x needs a shape of positive integers/,
    );
  });
});
