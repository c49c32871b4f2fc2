import * as tf from '@tensorflow/tfjs-core';
import type { DType, Shape } from '../program.ts';
import type { OpCase } from './op-case.ts';
import { between, pick, shapeOf, type Draw } from './seeded.ts';

type UnaryOp = (x: tf.Tensor) => tf.Tensor;

const ofX = (
  name: string,
  order: 0 | 1 | 2,
  make: (draw: Draw) => { shape: Shape; op: UnaryOp; dtype?: DType },
): OpCase => ({
  name,
  order,
  draw: (draw) => {
    const { shape, op, dtype = 'float32' } = make(draw);
    return { inputs: [{ shape, dtype }], op: (x) => op(x as tf.Tensor) };
  },
});

const someAxes = (draw: Draw, rank: number) => Array.from({ length: rank }, (_, i) => i).filter(() => draw() < 0.5);

type Reduce = (x: tf.Tensor, axes?: number[], keepDims?: boolean) => tf.Tensor;

const reduction = (name: string, op: Reduce, order: 0 | 1 | 2, dtype: DType = 'float32') =>
  ofX(name, order, (draw) => {
    const shape = shapeOf(draw);
    const axes = someAxes(draw, shape.length);
    const keep = draw() < 0.5;
    return { shape, dtype, op: (x) => op(x, axes.length === 0 ? undefined : axes, keep) };
  });

const alongAxis = (
  name: string,
  op: (x: tf.Tensor, axis: number) => tf.Tensor,
  order: 0 | 1 | 2,
  dtype: DType = 'float32',
) =>
  ofX(name, order, (draw) => {
    const shape = shapeOf(draw);
    const axis = between(draw, 0, shape.length - 1);
    return { shape, dtype, op: (x) => op(x, axis) };
  });

const reductionCases: OpCase[] = [
  reduction('sum', tf.sum, 2),
  reduction('mean', tf.mean, 2),
  reduction('max', tf.max, 2),
  reduction('min', tf.min, 2),
  reduction('prod', tf.prod, 0), // its gradient in TF.js needs Cumprod
  reduction('sum of int32', tf.sum, 0, 'int32'),
  reduction('all', tf.all, 0, 'bool'),
  reduction('any', tf.any, 0, 'bool'),
  alongAxis('argMax', tf.argMax, 0),
  alongAxis('argMin', tf.argMin, 0),
  alongAxis('softmax', (x) => tf.softmax(x), 2),
  alongAxis('logSoftmax', (x) => tf.logSoftmax(x), 1),
  alongAxis('logSumExp', (x, axis) => tf.logSumExp(x, axis), 2),
  alongAxis('cumsum', (x, axis) => tf.cumsum(x, axis), 2),
  alongAxis('cumsum, exclusive and reversed', (x, axis) => tf.cumsum(x, axis, true, true), 2),
  alongAxis('cumsum of int32', (x, axis) => tf.cumsum(x, axis), 0, 'int32'),
];

const shapeCases: OpCase[] = [
  ofX('reshape', 2, (draw) => ({ shape: shapeOf(draw), op: (x) => tf.square(tf.reshape(x, [-1, 1])) })),
  ofX('expandDims', 2, (draw) => ({ shape: shapeOf(draw), op: (x) => tf.square(tf.expandDims(x, -1)) })),
  ofX('transpose', 2, (draw) => {
    const shape = shapeOf(draw);
    const perm = shape.map((_, i) => i).sort(() => draw() - 0.5);
    return { shape, op: (x) => tf.square(tf.transpose(x, perm)) };
  }),
  ofX('slice', 2, (draw) => {
    const shape = shapeOf(draw);
    const begin = shape.map((size) => between(draw, 0, size - 1));
    const size = shape.map((length, i) => (draw() < 0.3 ? -1 : between(draw, 1, length - (begin[i] ?? 0))));
    return { shape, op: (x) => tf.square(tf.slice(x, begin, size)) };
  }),
  ofX('stridedSlice', 0, (draw) => {
    const shape = [5, 4, 3];
    const [begin, end, strides] =
      draw() < 0.5
        ? [
            [0, 1, 0],
            [5, 4, 3],
            [2, 1, 2],
          ]
        : [
            [4, 3, 0],
            [0, -5, 3],
            [-2, -1, 1],
          ];
    const masks = draw() < 0.5 ? ([0, 0, 0, 0, 0] as const) : ([1, 2, 0, 0, 0] as const);
    return { shape, op: (x) => tf.stridedSlice(x, begin ?? [], end ?? [], strides, ...masks) };
  }),
  ofX('pad', 2, (draw) => {
    const shape = shapeOf(draw);
    const paddings = shape.map((): [number, number] => [between(draw, 0, 2), between(draw, 0, 2)]);
    return { shape, op: (x) => tf.square(tf.pad(x, paddings, 0.5)) };
  }),
  ofX('mirrorPad', 0, () => ({
    shape: [3, 4],
    op: (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [2, 0],
        ],
        'reflect',
      ),
  })),
  ofX('tile', 2, (draw) => {
    const shape = shapeOf(draw);
    const reps = shape.map(() => between(draw, 1, 3));
    return { shape, op: (x) => tf.square(tf.tile(x, reps)) };
  }),
  ofX('broadcastTo', 2, (draw) => {
    const shape = shapeOf(draw, 3);
    return {
      shape: shape.map((size) => (draw() < 0.5 ? 1 : size)),
      op: (x) => tf.square(tf.broadcastTo(x, [2, ...shape])),
    };
  }),
  ofX('reverse', 2, (draw) => {
    const shape = shapeOf(draw);
    const axes = someAxes(draw, shape.length);
    return { shape, op: (x) => tf.square(tf.reverse(x, axes.length === 0 ? undefined : axes)) };
  }),
  ofX('split', 2, (draw) => {
    const shape = [between(draw, 1, 3), 6];
    const sizes = pick<number | number[]>(draw, [2, 3, [1, 2, 3], [4, -1]]);
    return {
      shape,
      op: (x) =>
        tf.add(
          ...(tf
            .split(tf.square(x), sizes, 1)
            .map((part) => tf.sum(part, 1))
            .slice(0, 2) as [tf.Tensor, tf.Tensor]),
        ),
    };
  }),
  ofX('unstack and split into one', 2, (draw) => {
    const shape = [1, ...shapeOf(draw, 2)];
    return {
      shape,
      op: (x) => tf.mul(tf.unstack(tf.square(x))[0]!, tf.add(tf.split(x, 1)[0]!, tf.unstack(tf.ones(shape))[0]!)),
    };
  }),
  ofX('unstack', 2, (draw) => {
    const shape = shapeOf(draw, 3).map((size) => size + 1);
    const axis = between(draw, 0, 2);
    return { shape, op: (x) => tf.addN(tf.unstack(tf.square(x), axis)) };
  }),
  {
    name: 'concat',
    order: 2,
    draw: (draw) => {
      const shape = shapeOf(draw);
      const axis = between(draw, 0, shape.length - 1);
      const other = shape.map((size, i) => (i === axis ? between(draw, 1, 4) : size));
      return { inputs: [{ shape }, { shape: other }], op: (...list) => tf.square(tf.concat(list, axis)) };
    },
  },
  {
    name: 'stack',
    order: 2,
    draw: (draw) => {
      const shape = shapeOf(draw, 3);
      const axis = between(draw, 0, 3);
      return { inputs: [{ shape }, { shape }], op: (...list) => tf.square(tf.stack(list, axis)) };
    },
  },
];

const indexingCases: OpCase[] = [
  {
    name: 'gather',
    order: 2,
    draw: (draw) => {
      const shape = shapeOf(draw, 3);
      const axis = between(draw, 0, 2);
      return {
        inputs: [{ shape }, { shape: [between(draw, 1, 5)], dtype: 'int32', low: 0, high: (shape[axis] ?? 1) - 1 }],
        op: (x, indices) => tf.square(tf.gather(x as tf.Tensor, indices as tf.Tensor1D, axis)),
      };
    },
  },
  {
    name: 'oneHot',
    order: 0,
    draw: (draw) => {
      const [on, off] = pick(draw, [
        [1, 0],
        [0.9, 0.1],
      ]) as [number, number];
      return {
        inputs: [{ shape: [between(draw, 1, 5)], dtype: 'int32', low: -1, high: 4 }],
        op: (indices) => tf.oneHot(indices as tf.Tensor1D, 4, on, off),
      };
    },
  },
  {
    name: 'unsortedSegmentSum',
    order: 2,
    draw: (draw) => {
      const shape = shapeOf(draw, 2);
      return {
        inputs: [{ shape }, { shape: shape.slice(0, 1), dtype: 'int32', low: -1, high: 2 }],
        op: (x, ids) =>
          tf.square(tf.unsortedSegmentSum(x as tf.Tensor, tf.maximum(ids as tf.Tensor1D, tf.scalar(0, 'int32')), 4)),
      };
    },
  },
  {
    name: 'gatherND',
    order: 0,
    draw: (draw) => ({
      inputs: [{ shape: [3, 3, 2] }, { shape: [between(draw, 1, 4), 2], dtype: 'int32', low: 0, high: 2 }],
      op: (x, indices) => tf.gatherND(x as tf.Tensor, indices as tf.Tensor),
    }),
  },
  {
    name: 'scatterND',
    order: 0,
    draw: (draw) => {
      const rows = between(draw, 1, 4);
      return {
        inputs: [{ shape: [rows, 1], dtype: 'int32', low: 0, high: 3 }, { shape: [rows, 2] }],
        op: (indices, updates) => tf.scatterND(indices as tf.Tensor, updates as tf.Tensor, [4, 2]),
      };
    },
  },
];

const productCases: OpCase[] = [
  {
    name: 'matMul of a stack with one matrix',
    order: 0, // TF.js's gradient does not sum over the stack
    draw: (draw) => {
      const [m, k, n] = [between(draw, 1, 5), between(draw, 1, 5), between(draw, 1, 5)];
      return { inputs: [{ shape: [3, m, k] }, { shape: [1, k, n] }], op: (a, b) => tf.matMul(a, b) };
    },
  },
  {
    name: 'matMul',
    order: 2,
    draw: (draw) => {
      const [m, k, n] = [between(draw, 1, 5), between(draw, 1, 5), between(draw, 1, 5)];
      const [ta, tb] = [draw() < 0.5, draw() < 0.5];
      const stack = pick<[number[], number[]]>(draw, [
        [[], []],
        [[3], [3]],
        [
          [2, 3],
          [2, 3],
        ],
      ]);
      return {
        inputs: [
          { shape: [...stack[0], ...(ta ? [k, m] : [m, k])] },
          { shape: [...stack[1], ...(tb ? [n, k] : [k, n])] },
        ],
        op: (a, b) => tf.square(tf.matMul(a as tf.Tensor, b as tf.Tensor, ta, tb)),
      };
    },
  },
];

/** Reductions, movements, gathers and products. */
export const structureCases: readonly OpCase[] = [...reductionCases, ...shapeCases, ...indexingCases, ...productCases];
