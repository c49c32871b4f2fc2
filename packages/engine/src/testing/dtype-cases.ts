import * as tf from '@tensorflow/tfjs-core';
import type { DType } from '../program.ts';
import type { CaseInput, OpCase } from './op-case.ts';
import { between, shapeOf, type Draw } from './seeded.ts';

type Op = (...tensors: tf.Tensor[]) => tf.Tensor;
type Make = (draw: Draw) => { readonly inputs: readonly CaseInput[]; readonly op: Op };

const of = (name: string, draw: Make): OpCase => ({ name, order: 0, draw });

/** The same op for several dtypes. */
const each = (name: string, dtypes: readonly DType[], make: (dtype: DType, draw: Draw) => ReturnType<Make>): OpCase[] =>
  dtypes.map((dtype) => of(`${name} of ${dtype}, values only`, (draw) => make(dtype, draw)));

const input = (shape: readonly number[], dtype: DType): CaseInput => ({ shape, dtype, low: -5, high: 5 });

/** One input of rank 2 to 3, and an axis of it. */
const alongAxis = (name: string, dtypes: readonly DType[], op: (x: tf.Tensor, axis: number) => tf.Tensor) =>
  each(name, dtypes, (dtype, draw) => {
    const shape = shapeOf(draw, between(draw, 2, 3)).map((size) => size + 1);
    const axis = between(draw, 0, shape.length - 1);
    return { inputs: [input(shape, dtype)], op: (x) => op(x!, axis) };
  });

/** Two inputs of one shape. */
const pairwise = (name: string, dtypes: readonly DType[], op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  each(name, dtypes, (dtype, draw) => {
    const shape = shapeOf(draw);
    return { inputs: [input(shape, dtype), input(shape, dtype)], op: (a, b) => op(a!, b!) };
  });

const whole: readonly DType[] = ['int32', 'bool'];
const all: readonly DType[] = ['float32', 'int32', 'bool'];

const movements: OpCase[] = [
  ...alongAxis('reshape', whole, (x) => tf.reshape(x, [-1, 1])),
  ...alongAxis('expandDims', whole, (x, axis) => tf.expandDims(x, axis)),
  ...alongAxis('transpose', whole, (x) => tf.transpose(x)),
  ...alongAxis('slice', whole, (x, axis) => {
    const begin = x.shape.map((_, i) => (i === axis ? 1 : 0));
    return tf.slice(
      x,
      begin,
      x.shape.map((size, i) => size - begin[i]!),
    );
  }),
  ...alongAxis('stridedSlice', whole, (x, axis) =>
    tf.stridedSlice(
      x,
      x.shape.map(() => 0),
      x.shape,
      x.shape.map((_, i) => (i === axis ? 2 : 1)),
    ),
  ),
  ...alongAxis('pad', whole, (x, axis) =>
    tf.pad(
      x,
      x.shape.map((_, i): [number, number] => [i === axis ? 2 : 0, 1]),
      1,
    ),
  ),
  ...alongAxis('mirrorPad', whole, (x, axis) =>
    tf.mirrorPad(
      x,
      x.shape.map((_, i): [number, number] => [i === axis ? 1 : 0, 1]),
      'symmetric',
    ),
  ),
  ...alongAxis('tile', whole, (x, axis) =>
    tf.tile(
      x,
      x.shape.map((_, i) => (i === axis ? 3 : 1)),
    ),
  ),
  ...alongAxis('reverse', whole, (x, axis) => tf.reverse(x, axis)),
  ...alongAxis('split', whole, (x, axis) => tf.concat(tf.split(x, [1, -1], axis).toReversed(), axis)),
  ...alongAxis('unstack', whole, (x, axis) => tf.stack(tf.unstack(x, axis).toReversed(), axis)),
  ...alongAxis('gather', whole, (x, axis) => tf.gather(x, tf.tensor1d([1, 0, 1], 'int32'), axis)),
  ...alongAxis('gatherND', whole, (x) => tf.gatherND(x, tf.tensor2d([[0], [1]], [2, 1], 'int32'))),
  ...alongAxis('zerosLike and onesLike', whole, (x, axis) => tf.concat([tf.zerosLike(x), tf.onesLike(x)], axis)),
  ...alongAxis('scatterND', ['int32'], (x) =>
    tf.scatterND(tf.tensor2d([[2], [0]], [2, 1], 'int32'), tf.slice(x, 0, 2), [3, ...x.shape.slice(1)]),
  ),
  ...alongAxis('unsortedSegmentSum', ['int32'], (x) =>
    tf.cast(tf.unsortedSegmentSum(tf.slice(x, 0, 2), tf.tensor1d([1, 1], 'int32'), 3), 'float32'),
  ),
  ...pairwise('concat', whole, (a, b) => tf.concat([a, b], 0)),
  ...pairwise('where', all, (a, b) => tf.where(tf.notEqual(a, b), a, b)),
  ...pairwise('where with the condition reversed', all, (a, b) => tf.where(tf.equal(a, b), a, b)),
  of('spaceToBatchND of int32', () => ({
    inputs: [input([1, 4, 4, 2], 'int32')],
    op: (x) =>
      tf.spaceToBatchND(
        x!,
        [2, 2],
        [
          [0, 0],
          [1, 1],
        ],
      ),
  })),
  of('oneHot of int32', () => ({
    inputs: [{ shape: [5], dtype: 'int32', low: -1, high: 4 }],
    op: (x) => tf.oneHot(x as tf.Tensor1D, 4, 3, -2, 'int32'),
  })),
  of('range and fill of int32', () => ({
    inputs: [input([4], 'int32')],
    op: (x) => tf.add(tf.mul(x!, tf.range(1, 9, 2, 'int32')), tf.fill([4], 3, 'int32')),
  })),
];

const arithmetic: OpCase[] = [
  ...alongAxis('sum', ['bool'], (x, axis) => tf.sum(x, axis)),
  ...alongAxis('mean', ['int32'], (x, axis) => tf.mean(x, axis)),
  ...alongAxis('prod', ['int32', 'bool'], (x, axis) => tf.prod(x, axis)),
  ...alongAxis('max', whole, (x, axis) => tf.max(x, axis)),
  ...alongAxis('min', whole, (x, axis) => tf.min(x, axis)),
  ...alongAxis('argMax', ['int32'], (x, axis) => tf.argMax(x, axis)),
  ...alongAxis('argMin', ['int32'], (x, axis) => tf.argMin(x, axis)),
  ...alongAxis('cumsum, exclusive', ['int32'], (x, axis) => tf.cumsum(x, axis, true)),
  ...alongAxis('neg', ['int32'], (x) => tf.neg(x)),
  ...alongAxis('sign', ['int32'], (x) => tf.sign(x)),
  ...alongAxis('square', ['int32'], (x) => tf.square(x)),
  ...alongAxis('cast', ['bool'], (x) => tf.cast(x, 'int32')),
  ...alongAxis('addN', ['int32'], (x) => tf.addN([x, x, x])),
  ...pairwise('sub', ['int32'], tf.sub),
  ...pairwise('minimum', ['int32'], tf.minimum),
  ...pairwise('squaredDifference', ['int32'], tf.squaredDifference),
  ...pairwise('floorDiv by any', ['int32'], tf.floorDiv),
  ...pairwise('equal', ['float32', 'bool'], tf.equal),
  ...pairwise('notEqual', ['float32', 'bool'], tf.notEqual),
  ...pairwise('greater', ['int32'], tf.greater),
  ...pairwise('greaterEqual', ['float32'], tf.greaterEqual),
  ...pairwise('less', ['int32'], tf.less),
  ...pairwise('lessEqual', ['float32'], tf.lessEqual),
];

/** Ops on int32 and bool, whatever the other cases leave out. */
export const dtypeCases: readonly OpCase[] = [...movements, ...arithmetic];
