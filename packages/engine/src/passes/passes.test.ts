import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../graph/graph.ts';
import { given, program } from '../program.ts';
import '../tfjs/tfjs.ts';
import { trace } from '../trace/trace.ts';
import { foldConstants } from './fold-constants.ts';
import { optimise, passes } from './optimise.ts';
import { removeDeadNodes } from './remove-dead-nodes.ts';
import { simplify } from './simplify.ts';

const traced = (body: (x: tf.Tensor) => tf.Tensor) =>
  trace(program('p', { x: given([2, 3]) }, ({ x }) => ({ y: body(x) })));
/** The lines of the nodes and of the result, without numbering. */
const lines = (graph: Graph) =>
  String(graph)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().replaceAll(/%\d+/g, '%'));

describe('passes', () => {
  it('removeDeadNodes drops what no result needs', () => {
    const graph = traced((x) => {
      tf.exp(x);
      return tf.neg(x);
    });
    expect(graph.nodes).toHaveLength(2);
    expect(lines(removeDeadNodes(graph))).toEqual(['%: float32[2, 3] = Neg(x = x)', 'return y = %']);
  });

  it('removeDeadNodes drops variables that only dead nodes read', () => {
    const w = tf.variable(tf.scalar(2));
    const graph = trace(program('p', { x: given([2]) }, ({ x }) => (tf.mul(x, w), { y: tf.neg(x) })));
    expect(graph.variables).toHaveLength(1);
    expect(removeDeadNodes(graph).variables).toEqual([]);
    w.dispose();
  });

  it('foldConstants computes what depends on constants only', () => {
    const graph = traced((x) => tf.mul(x, tf.sum(tf.square(tf.tensor1d([1, 2, 3])))));
    expect(lines(foldConstants(graph))).toEqual(['%: float32[2, 3] = Multiply(a = x, b = 14)', 'return y = %']);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor, string[]]>([
    ['x * 1', (x) => tf.mul(x, tf.ones([2, 3])), ['return y = x']],
    ['x / 1', (x) => tf.div(x, 1), ['return y = x']],
    ['x - 0', (x) => tf.sub(x, 0), ['return y = x']],
    ['0 + x', (x) => tf.add(0, x), ['return y = x']],
    ['1 / x is kept', (x) => tf.div(1, x), ['%: float32[2, 3] = RealDiv(a = 1, b = x)', 'return y = %']],
    [
      '1 * x that broadcasts is kept',
      (x) => tf.mul(tf.ones([2, 2, 3]), x),
      ['%: float32[2, 2, 3] = Multiply(a = 1[2, 2, 3], b = x)', 'return y = %'],
    ],
    ['cast to the same dtype', (x) => tf.cast(x, 'float32'), ['return y = x']],
    [
      'reshape twice',
      (x) => tf.reshape(tf.reshape(x, [6]), [3, 2]),
      ['%: float32[6] = Reshape(x = x, shape: [6])', '%: float32[3, 2] = Reshape(x = x, shape: [3,2])', 'return y = %'],
    ],
    [
      'reshape there and back',
      (x) => tf.reshape(tf.expandDims(x, 0), [2, 3]),
      ['%: float32[1, 2, 3] = ExpandDims(input = x, dim: 0)', 'return y = x'],
    ],
    ['transpose by nothing', (x) => tf.transpose(x, [0, 1]), ['return y = x']],
    [
      'uniform operand',
      (x) => tf.mul(x, tf.fill([2, 3], 2)),
      ['%: float32[2, 3] = Multiply(a = x, b = 2)', 'return y = %'],
    ],
    ['product with zeros', (x) => tf.matMul(x as tf.Tensor2D, tf.zeros([3, 1]) as tf.Tensor2D), ['return y = 0[2, 1]']],
  ])('simplify: %s', (_, body, expected) => {
    expect(lines(simplify(foldConstants(traced(body))))).toEqual(expected);
  });

  it('all together leave the same results (the kernels are compared through them)', () => {
    const graph = optimise(
      traced((x) => tf.add(tf.mul(tf.sub(x, tf.zeros([2, 3])), tf.add(1, 1)), tf.mul(tf.sub(x, 0), 2))),
    );
    expect(lines(graph)).toEqual([
      '%: float32[2, 3] = Multiply(a = x, b = 2)',
      '%: float32[2, 3] = Add(a = %, b = %)',
      'return y = %',
    ]);
  });

  it('each prints what it did, in the order in which they run', () => {
    const w = tf.variable(tf.tensor2d([1, 2, 3, 4], [2, 2]), true, 'passes-w');
    let graph = trace(
      program('step', { x: given([2, 2]) }, ({ x }) => {
        tf.exp(x);
        const rate = tf.mul(tf.scalar(0.5), tf.scalar(0.5));
        const gradient = tf.mul(tf.add(x, tf.zeros([2, 2])), tf.fill([2, 2], 4));
        w.assign(tf.sub(w, tf.mul(rate, gradient)) as tf.Tensor2D);
        return { norm: tf.sum(tf.mul(w, 1)) };
      }),
    );
    const printed: string[] = [`trace\n${String(graph)}`];
    for (const { name, apply } of passes) {
      const before = String(graph);
      graph = apply(graph);
      // Those of convolutions have nothing to do here; their own tests print what they do.
      printed.push(`${name}\n${String(graph) === before ? 'as before' : String(graph)}`);
    }
    expect(printed.join('\n\n')).toMatchInlineSnapshot(`
      "trace
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %1: float32[2, 2] = Exp(x = x)
        %3: float32[] = Multiply(a = 0.5, b = 0.5)
        %5: float32[2, 2] = Add(a = x, b = 0[2, 2])
        %6: float32[2, 2] = Fill(shape: [2,2], value: 4, dtype: "float32")
        %7: float32[2, 2] = Multiply(a = %5, b = %6)
        %8: float32[2, 2] = Multiply(a = %3, b = %7)
        %10: float32[2, 2] = Sub(a = @passes-w, b = %8)
        %12: float32[2, 2] = Multiply(a = %10, b = 1)
        %13: float32[] = Sum(x = %12, keepDims: false)
        @passes-w <- %10
        return norm = %13
      }

      remove-dead-nodes
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %3: float32[] = Multiply(a = 0.5, b = 0.5)
        %5: float32[2, 2] = Add(a = x, b = 0[2, 2])
        %6: float32[2, 2] = Fill(shape: [2,2], value: 4, dtype: "float32")
        %7: float32[2, 2] = Multiply(a = %5, b = %6)
        %8: float32[2, 2] = Multiply(a = %3, b = %7)
        %10: float32[2, 2] = Sub(a = @passes-w, b = %8)
        %12: float32[2, 2] = Multiply(a = %10, b = 1)
        %13: float32[] = Sum(x = %12, keepDims: false)
        @passes-w <- %10
        return norm = %13
      }

      fold-constants
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %5: float32[2, 2] = Add(a = x, b = 0[2, 2])
        %7: float32[2, 2] = Multiply(a = %5, b = 4[2, 2])
        %8: float32[2, 2] = Multiply(a = 0.25, b = %7)
        %9: float32[2, 2] = Sub(a = @passes-w, b = %8)
        %11: float32[2, 2] = Multiply(a = %9, b = 1)
        %12: float32[] = Sum(x = %11, keepDims: false)
        @passes-w <- %9
        return norm = %12
      }

      simplify
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %5: float32[2, 2] = Multiply(a = x, b = 4)
        %7: float32[2, 2] = Multiply(a = 0.25, b = %5)
        %8: float32[2, 2] = Sub(a = @passes-w, b = %7)
        %10: float32[] = Sum(x = %8, keepDims: false)
        @passes-w <- %8
        return norm = %10
      }

      fold-constants
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %3: float32[2, 2] = Multiply(a = x, b = 4)
        %5: float32[2, 2] = Multiply(a = 0.25, b = %3)
        %6: float32[2, 2] = Sub(a = @passes-w, b = %5)
        %7: float32[] = Sum(x = %6, keepDims: false)
        @passes-w <- %6
        return norm = %7
      }

      layout
      as before

      sink-broadcasts
      as before

      gather-scalars
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %3: float32[2, 2] = Multiply(a = x, b = 4)
        %6: float32[2, 2] = Multiply(a = x, b = 1)
        %7: float32[2, 2] = Sub(a = @passes-w, b = %6)
        %8: float32[] = Sum(x = %7, keepDims: false)
        @passes-w <- %7
        return norm = %8
      }

      crop-filters
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %3: float32[2, 2] = Multiply(a = x, b = 4)
        %5: float32[2, 2] = Multiply(a = x, b = 1)
        %6: float32[2, 2] = Sub(a = @passes-w, b = %5)
        %7: float32[] = Sum(x = %6, keepDims: false)
        @passes-w <- %6
        return norm = %7
      }

      fuse-epilogues
      as before

      remove-dead-nodes
      step(x: float32[2, 2]) {
        variable @passes-w: float32[2, 2]
        %5: float32[2, 2] = Multiply(a = x, b = 1)
        %6: float32[2, 2] = Sub(a = @passes-w, b = %5)
        %7: float32[] = Sum(x = %6, keepDims: false)
        @passes-w <- %6
        return norm = %7
      }"
    `);
    w.dispose();
  });

  it('leave the graph that they were given as it was', () => {
    const graph = traced((x) => tf.add(tf.mul(x, tf.ones([2, 3])), tf.add(1, 1)));
    const before = String(graph);
    for (const { apply } of passes) apply(graph);
    expect(String(graph)).toBe(before);
  });
});
