import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
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
    expect(String(graph)).toBe(
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

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['dataSync', (x) => tf.mul(x, tf.exp(x).dataSync()[0]!)],
    ['arraySync', (x) => tf.mul(x, (tf.exp(x).arraySync() as number[])[0]!)],
    ['an if on a value', (x) => ((tf.exp(x).dataSync()[0] ?? 0) > 1 ? x : tf.neg(x))],
    ['print', (x) => (tf.exp(x).print(), x)],
    [
      'a read whose error is caught',
      (x) => {
        try {
          tf.exp(x).dataSync();
        } catch {
          return x;
        }
        return tf.neg(x);
      },
    ],
    ['data, whose promise is dropped', (x) => (void tf.exp(x).data(), x)],
    ['array, whose promise is dropped', (x) => (void tf.exp(x).array(), x)],
    ['booleanMaskAsync', (x) => (void tf.booleanMaskAsync(x, tf.greater(x, 0)), x)],
  ])('refuses %s, and says of what', (_, body) => {
    const read = program('reads', { x: batch([2]) }, ({ x }) => ({ y: body(x) }));
    expect(() => trace(read)).toThrow(
      /program reads: reads the value of the output of (Exp|Greater|Reshape).*tf\.where/,
    );
  });

  it('refuses an asynchronous body, and leaves no rejection unhandled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const body = async ({ x }: { x: tf.Tensor }) => ({ y: tf.mul(x, (await x.data())[0]!) });
    expect(() => trace(program('waits', { x: batch([2]) }, body as never))).toThrow(
      /program waits: reads the value of input x/,
    );
    const idle = async ({ x }: { x: tf.Tensor }) => ({ y: x });
    expect(() => trace(program('waits', { x: batch([2]) }, idle as never))).toThrow(/its body is asynchronous/);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['randomNormal', (x) => tf.add(x, tf.randomNormal([2]))],
    ['randomStandardNormal', (x) => tf.add(x, tf.randomStandardNormal([2]))],
    ['randomUniform', (x) => tf.add(x, tf.randomUniform([2], 0, 1, 'float32', 7))],
    ['randomUniformInt', (x) => tf.add(x, tf.randomUniformInt([2], 0, 3))],
    ['randomGamma', (x) => tf.add(x, tf.randomGamma([2], 1))],
    ['truncatedNormal', (x) => tf.add(x, tf.truncatedNormal([2]))],
    [
      'rand',
      (x) =>
        tf.add(
          x,
          tf.rand([2], () => 0.5),
        ),
    ],
    ['dropout', (x) => tf.dropout(x, 0.5)],
    ['multinomial', (x) => tf.multinomial(x as tf.Tensor1D, 3)],
  ])('refuses tf.%s, whose numbers would be frozen', (op, body) => {
    const random = program('random', { x: batch([2]) }, ({ x }) => ({ y: body(x) }));
    expect(() => trace(random)).toThrow(
      new RegExp(`program random: draws random numbers with tf\\.${op}, .*normal\\(shape\\).*withNoise`),
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
