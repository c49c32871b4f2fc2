import * as tf from '@tensorflow/tfjs-core';
import type { CaseInput, OpCase } from './op-case.ts';
import { between, broadcastable, pick, shapeOf, type Draw } from './seeded.ts';

type Op = (...tensors: tf.Tensor[]) => tf.Tensor;

const of = (
  name: string,
  order: 0 | 1 | 2,
  draw: (draw: Draw) => { readonly inputs: readonly CaseInput[]; readonly op: Op },
): OpCase => ({ name, order, draw });

const gatherCases: OpCase[] = [
  of('gather with batchDims', 0, (draw) => {
    const shape = shapeOf(draw, 4);
    const batch = between(draw, 1, 2);
    const axis = between(draw, batch, 3);
    const indices = [...shape.slice(0, batch), ...shapeOf(draw, between(draw, 0, 2))];
    return {
      inputs: [{ shape }, { shape: indices, dtype: 'int32', low: 0, high: (shape[axis] ?? 1) - 1 }],
      op: (x, i) => tf.gather(x, i, axis, batch),
    };
  }),
  of('gather of a matrix of indices', 2, (draw) => {
    const shape = shapeOf(draw, 2);
    return {
      inputs: [{ shape }, { shape: [2, 3], dtype: 'int32', low: 0, high: (shape[0] ?? 1) - 1 }],
      op: (x, i) => tf.square(tf.gather(x, i)),
    };
  }),
  of('gather of int32', 0, () => ({
    inputs: [
      { shape: [4, 2], dtype: 'int32', low: -9, high: 9 },
      { shape: [3], dtype: 'int32', low: 0, high: 3 },
    ],
    op: (x, i) => tf.gather(x, i),
  })),
  of('gather of bool', 0, () => ({
    inputs: [
      { shape: [4, 2], dtype: 'bool' },
      { shape: [3], dtype: 'int32', low: 0, high: 3 },
    ],
    op: (x, i) => tf.gather(x, i),
  })),
  of('gatherND, with gradients', 2, (draw) => ({
    inputs: [
      { shape: [3, 3, 2] },
      { shape: [between(draw, 1, 4), between(draw, 1, 3)], dtype: 'int32', low: 0, high: 1 },
    ],
    op: (x, i) => tf.square(tf.gatherND(x, i)),
  })),
  of('scatterND, with gradients', 2, (draw) => {
    const rows = between(draw, 1, 4);
    return {
      inputs: [{ shape: [rows, 1], dtype: 'int32', low: 0, high: 3 }, { shape: [rows, 2] }],
      op: (i, updates) => tf.square(tf.scatterND(i, updates, [4, 2])),
    };
  }),
  of('tensorScatterUpdate', 1, (draw) => {
    const start = between(draw, 0, 2);
    return {
      inputs: [{ shape: [5, 2] }, { shape: [2, 2] }],
      op: (x, updates) => {
        const rows = tf.tensor2d([start, start + 2], [2, 1], 'int32');
        return tf.square(tf.tensorScatterUpdate(tf.mul(x, 1.5), rows, updates)); // TF.js's kernel writes into its input
      },
    };
  }),
  of('sparseToDense', 0, (draw) => {
    const at = between(draw, 0, 2);
    return {
      inputs: [{ shape: [2] }, { shape: [] }],
      op: (values, background) =>
        tf.sparseToDense(tf.tensor1d([at, at + 2], 'int32'), values, [5], background as tf.Scalar),
    };
  }),
  of('sparseToDense of one value in two axes, int32', 0, () => ({
    inputs: [{ shape: [], dtype: 'int32' }],
    op: (value) =>
      tf.sparseToDense(tf.tensor2d([0, 1, 2, 0], [2, 2], 'int32'), value as tf.Scalar, [3, 2], tf.scalar(7, 'int32')),
  })),
  of('topk', 0, (draw) => {
    const shape = [...shapeOf(draw, 2), between(draw, 3, 6)];
    const [k, dtype, places] = [
      between(draw, 1, 3),
      pick<'float32' | 'int32'>(draw, ['float32', 'int32']),
      draw() < 0.5,
    ];
    return {
      inputs: [{ shape, dtype, low: -2, high: 2 }], // integers: with ties
      op: (x) => {
        const { values, indices } = tf.topk(x, k);
        return places ? indices : values;
      },
    };
  }),
  of('searchSorted', 0, (draw) => {
    const [side, dtype] = [
      pick<'left' | 'right'>(draw, ['left', 'right']),
      pick<'float32' | 'int32'>(draw, ['float32', 'int32']),
    ];
    const rows = between(draw, 1, 3);
    const sorted = Array.from({ length: rows }, () => [-2, -1, -1, 0, 2].slice(0, 5));
    return {
      inputs: [{ shape: [rows, between(draw, 1, 4)], dtype, low: -3, high: 3 }],
      op: (values) => tf.searchSorted(tf.tensor2d(sorted, [rows, 5], dtype), values, side),
    };
  }),
  of('bincount', 0, (draw) => {
    const [count, weighted] = [between(draw, 1, 6), draw() < 0.5];
    return {
      inputs: [{ shape: [count], dtype: 'int32', low: 0, high: 5 }, { shape: [count] }],
      op: (x, weights) => tf.bincount(x as tf.Tensor1D, (weighted ? weights : tf.tensor1d([])) as tf.Tensor1D, 4),
    };
  }),
  of('denseBincount', 0, (draw) => {
    const shape = shapeOf(draw, between(draw, 1, 2));
    const [weighted, binary] = [draw() < 0.5, draw() < 0.5];
    return {
      inputs: [{ shape, dtype: 'int32', low: 0, high: 5 }, { shape }],
      op: (x, weights) =>
        tf.denseBincount(x as tf.Tensor2D, (weighted ? weights : tf.tensor1d([])) as tf.Tensor2D, 4, binary),
    };
  }),
  of('diag', 0, (draw) => ({
    inputs: [{ shape: shapeOf(draw, between(draw, 1, 2)), dtype: pick(draw, ['float32', 'int32']) }],
    op: (x) => tf.diag(x),
  })),
];

const sliceCases: OpCase[] = [
  of('stridedSlice, with gradients', 2, (draw) => {
    const steps = [between(draw, 1, 3), pick(draw, [1, 2, -1, -2]), 1];
    const begin = steps.map((step) => (step < 0 ? 3 : between(draw, 0, 1)));
    const end = steps.map((step) => (step < 0 ? -6 : between(draw, 3, 5)));
    return { inputs: [{ shape: [5, 4, 4] }], op: (x) => tf.square(tf.stridedSlice(x, begin, end, steps)) };
  }),
  of('stridedSlice with new and dropped axes', 1, (draw) => {
    const [newAxis, shrink, ellipsis] = pick<[number, number, number]>(draw, [
      [1, 0, 0],
      [0, 1, 0],
      [2, 4, 0],
      [0, 0, 2],
      [1, 4, 2],
    ]);
    const [begin, end] = [
      [0, 1, 1],
      [2, 3, 3],
    ];
    return {
      inputs: [{ shape: [4, 4, 4] }],
      op: (x) => tf.square(tf.stridedSlice(x, begin!, end!, [1, 1, 1], 0, 0, ellipsis, newAxis, shrink)),
    };
  }),
  of('mirrorPad, with gradients', 2, (draw) => {
    const mode = pick<'reflect' | 'symmetric'>(draw, ['reflect', 'symmetric']);
    const shape = [between(draw, 3, 4), between(draw, 3, 5)];
    const paddings = shape.map((): [number, number] => [between(draw, 0, 2), between(draw, 0, 2)]);
    return { inputs: [{ shape }], op: (x) => tf.square(tf.mirrorPad(x, paddings, mode)) };
  }),
  of('linspace', 0, (draw) => {
    const [start, stop, count] = [draw(), 2 + draw(), between(draw, 2, 9)];
    return { inputs: [{ shape: [1] }], op: (x) => tf.add(x, tf.linspace(start, stop, count)) };
  }),
];

const along = (draw: Draw) => {
  const shape = [...shapeOf(draw, 2), between(draw, 1, 9)].sort(() => draw() - 0.5);
  return { shape, axis: between(draw, 0, 2), exclusive: draw() < 0.5, reverse: draw() < 0.5 };
};

const cumulativeCases: OpCase[] = [
  of('cumprod', 0, (draw) => {
    const { shape, axis, exclusive, reverse } = along(draw);
    return { inputs: [{ shape }], op: (x) => tf.cumprod(x, axis, exclusive, reverse) };
  }),
  of('cumprod of int32', 0, (draw) => {
    const { shape, axis, exclusive, reverse } = along(draw);
    return {
      inputs: [{ shape, dtype: 'int32', low: -3, high: 3 }],
      op: (x) => tf.cumprod(x, axis, exclusive, reverse),
    };
  }),
  of('prod, with its gradient', 1, (draw) => {
    const { shape, axis } = along(draw);
    const axes = pick<number | number[]>(draw, [axis, [0, 2]]);
    return { inputs: [{ shape }], op: (x) => tf.prod(x, axes) };
  }),
];

const broadcastPair = (draw: Draw): [number[], number[]] => {
  const shape = shapeOf(draw);
  return draw() < 0.5 ? [shape, broadcastable(draw, shape)] : [broadcastable(draw, shape), shape];
};

const arithmeticCases: OpCase[] = [
  of('atan2', 2, (draw) => {
    const [a, b] = broadcastPair(draw);
    return { inputs: [{ shape: a }, { shape: b, low: 0.3 }], op: (y, x) => tf.atan2(y, x) };
  }),
  of('atan2 in all quadrants', 0, (draw) => {
    const [a, b] = broadcastPair(draw);
    return { inputs: [{ shape: a }, { shape: b }], op: (y, x) => tf.atan2(y, x) };
  }),
  of('mod', 0, (draw) => {
    const [a, b] = broadcastPair(draw);
    return {
      inputs: [
        { shape: a, low: -9, high: 9 },
        { shape: b, low: 0.7, high: 3 },
      ],
      op: (x, y) => tf.mod(x, y),
    };
  }),
  of('mod by either sign', 0, (draw) => {
    const [a, b] = broadcastPair(draw);
    return {
      inputs: [
        { shape: a, low: -9, high: 9 },
        { shape: b, low: -3, high: -0.7 },
      ],
      op: (x, y) => tf.mod(x, y),
    };
  }),
  of('mod, with its gradient', 1, (draw) => {
    const shape = shapeOf(draw);
    return {
      inputs: [
        { shape, low: 0.1, high: 0.9 },
        { shape, low: 1, high: 3 },
      ],
      op: (x, y) => tf.mod(x, y),
    };
  }),
  of('mod of int32', 0, (draw) => {
    const [a, b] = broadcastPair(draw);
    return {
      inputs: [
        { shape: a, dtype: 'int32', low: -9, high: 9 },
        { shape: b, dtype: 'int32', low: -3, high: 3 },
      ],
      op: (x, y) => tf.mod(x, y),
    };
  }),
  of('bitwiseAnd', 0, (draw) => {
    const each = { shape: shapeOf(draw), dtype: 'int32', low: -99, high: 99 } as const;
    return { inputs: [each, each], op: (x, y) => tf.bitwiseAnd(x, y) };
  }),
  of('logicalXor', 0, (draw) => {
    const [a, b] = broadcastPair(draw);
    return {
      inputs: [
        { shape: a, dtype: 'bool' },
        { shape: b, dtype: 'bool' },
      ],
      op: (x, y) => tf.logicalXor(x, y),
    };
  }),
  of('eluGrad, the kernel', 0, (draw) => {
    const shape = shapeOf(draw);
    return {
      inputs: [{ shape }, { shape, low: -1, high: 2 }],
      op: (dy, y) => tf.engine().runKernel('EluGrad', { dy, y }),
    };
  }),
  of('einsum', 2, (draw) => {
    const [equation, a, b] = pick<[string, string, string]>(draw, [
      ['bqd,bkd->bqk', 'bqd', 'bkd'],
      ['bhqk,bkhd->bqhd', 'bhqk', 'bkhd'],
      ['ij,jk->ki', 'ij', 'jk'],
      ['i,j->ij', 'i', 'j'],
      ['ij,j->i', 'ij', 'j'],
      // ijk,k->i, which sums an axis of one operand beside another, comes out in the wrong shape in TF.js
    ]);
    const sizes = new Map([...'bqkdhij'].map((label) => [label, between(draw, 1, 4)]));
    const shape = (labels: string) => [...labels].map((label) => sizes.get(label)!);
    return { inputs: [{ shape: shape(a) }, { shape: shape(b) }], op: (x, y) => tf.einsum(equation, x, y) };
  }),
  of('einsum of one', 2, (draw) => {
    const equation = pick(draw, ['ijk->kj', 'ijk->', 'ijk->jik']);
    return { inputs: [{ shape: shapeOf(draw, 3) }], op: (x) => tf.einsum(equation, x) };
  }),
];

const activationNames = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;

const fusedCases: OpCase[] = [
  of('fused.matMul', 1, (draw) => {
    const [m, k, n] = [between(draw, 1, 4), between(draw, 1, 4), between(draw, 1, 4)];
    const activation = pick(draw, activationNames);
    return {
      inputs: [{ shape: [m, k] }, { shape: [k, n] }, { shape: [n] }],
      op: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation, leakyreluAlpha: 0.3 }),
    };
  }),
  of('fused.conv2d', 1, (draw) => {
    const [activation, pad] = [pick(draw, activationNames), pick<'same' | 'valid'>(draw, ['same', 'valid'])];
    return {
      inputs: [{ shape: [2, 5, 4, 2] }, { shape: [2, 3, 2, 3] }, { shape: [3] }],
      op: (x, filter, bias) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 1,
          pad,
          bias,
          activation,
          leakyreluAlpha: 0.3,
        }),
    };
  }),
  of('fused.conv2d with prelu', 0, () => ({
    inputs: [{ shape: [2, 5, 4, 2] }, { shape: [2, 3, 2, 3] }, { shape: [3] }],
    op: (x, filter, alpha) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 2,
        pad: 'same',
        activation: 'prelu',
        preluActivationWeights: alpha,
      }),
  })),
  of('fused.depthwiseConv2d', 1, (draw) => {
    const activation = pick(draw, activationNames);
    return {
      inputs: [{ shape: [2, 5, 4, 2] }, { shape: [2, 3, 2, 2] }, { shape: [4] }],
      op: (x, filter, bias) =>
        tf.fused.depthwiseConv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias,
          activation,
          leakyreluAlpha: 0.3,
        }),
    };
  }),
];

/** Gathers, scatters, slices, running products, and what is left of arithmetic. */
export const indexingCases: readonly OpCase[] = [
  ...gatherCases,
  ...sliceCases,
  ...cumulativeCases,
  ...arithmeticCases,
  ...fusedCases,
];
