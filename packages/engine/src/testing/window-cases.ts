import * as tf from '@tensorflow/tfjs-core';
import type { CaseInput, OpCase } from './op-case.ts';
import { between, pick, type Draw } from './seeded.ts';

type Op = (...tensors: tf.Tensor[]) => tf.Tensor;

const of = (
  name: string,
  order: 0 | 1 | 2,
  draw: (draw: Draw) => { readonly inputs: readonly CaseInput[]; readonly op: Op },
): OpCase => ({ name, order, draw });

type Pad = 'same' | 'valid';
const padding = (draw: Draw): Pad => pick<Pad>(draw, ['same', 'valid']);
const list = <N extends 2 | 3>(draw: Draw, length: N, low: number, high: number) =>
  Array.from({ length }, () => between(draw, low, high)) as N extends 2 ? [number, number] : [number, number, number];

/** Images of 1 to 3 channels, windows of up to 3 x 3, overlapping or apart. */
function windows2D(draw: Draw) {
  const side = between(draw, 1, 3);
  const apart = draw() < 0.4;
  const filter = apart ? ([side, side] as [number, number]) : list(draw, 2, 1, 3);
  return {
    shape: [between(draw, 1, 3), between(draw, 4, 7), between(draw, 4, 7), between(draw, 1, 3)],
    filter,
    strides: apart ? filter : list(draw, 2, 1, 3),
    pad: padding(draw),
  };
}

function windows3D(draw: Draw) {
  const side = between(draw, 1, 3);
  const stride = between(draw, 1, side);
  return {
    shape: [between(draw, 1, 2), ...list(draw, 3, 3, 5), between(draw, 1, 2)],
    // TF.js counts places in a window by its height where it means its width: only square windows have right gradients there.
    filter: [between(draw, 1, 2), side, side] as [number, number, number],
    strides: [1, stride, stride] as [number, number, number], // no wider than the window, which TF.js pads wrongly
    pad: padding(draw),
  };
}

const poolingCases: OpCase[] = [
  of('maxPool', 2, (draw) => {
    const { shape, filter, strides, pad } = windows2D(draw);
    return { inputs: [{ shape }], op: (x) => tf.maxPool(x as tf.Tensor4D, filter, strides, pad) };
  }),
  of('maxPool of ties', 1, (draw) => {
    const { shape, filter, strides, pad } = windows2D(draw);
    return {
      inputs: [{ shape, low: -1, high: 0.2 }],
      op: (x) => tf.maxPool(tf.relu(x) as tf.Tensor4D, filter, strides, pad),
    };
  }),
  of('maxPool of int32', 0, (draw) => {
    const { shape, filter, strides, pad } = windows2D(draw);
    return {
      inputs: [{ shape, dtype: 'int32', low: -(2 ** 30), high: 2 ** 30 }],
      op: (x) => tf.maxPool(x as tf.Tensor4D, filter, strides, pad),
    };
  }),
  of('maxPool, padded by a number', 1, (draw) => {
    const [{ shape }, stride, pad] = [windows2D(draw), between(draw, 1, 3), between(draw, 0, 1)];
    return {
      inputs: [{ shape }],
      op: (x) => tf.maxPool(x as tf.Tensor4D, [3, 3], stride, pad, 'floor'),
    };
  }),
  of('maxPool, rounded up', 0, (draw) => {
    const [size, filter] = [between(draw, 4, 7), between(draw, 2, 3)];
    return { inputs: [{ shape: [2, size, size, 2] }], op: (x) => tf.maxPool(x as tf.Tensor4D, filter, 2, 0, 'ceil') };
  }),
  of('avgPool', 2, (draw) => {
    const { shape, filter, strides, pad } = windows2D(draw);
    return { inputs: [{ shape }], op: (x) => tf.avgPool(x as tf.Tensor4D, filter, strides, pad) };
  }),
  of('avgPool, padded by a number', 2, (draw) => {
    const [{ shape }, stride, pad] = [windows2D(draw), between(draw, 1, 3), between(draw, 0, 1)];
    return {
      inputs: [{ shape }],
      op: (x) => tf.avgPool(x as tf.Tensor4D, [2, 2], stride, pad, 'floor'),
    };
  }),
  of('pool, dilated', 1, (draw) => {
    const [kind, pad] = [pick<'avg' | 'max'>(draw, ['avg', 'max']), padding(draw)];
    return { inputs: [{ shape: [1, 6, 7, 2] }], op: (x) => tf.pool(x as tf.Tensor4D, [2, 2], kind, pad, [2, 2], 1) };
  }),
  of('maxPool3d', 1, (draw) => {
    const { shape, filter, strides, pad } = windows3D(draw);
    return { inputs: [{ shape }], op: (x) => tf.maxPool3d(x as tf.Tensor5D, filter, strides, pad) };
  }),
  of('maxPool3d of ties', 1, (draw) => {
    const { shape, filter, strides, pad } = windows3D(draw);
    return {
      inputs: [{ shape, low: -1, high: 0.2 }],
      op: (x) => tf.maxPool3d(tf.relu(x) as tf.Tensor5D, filter, strides, pad),
    };
  }),
  of('avgPool3d', 2, (draw) => {
    const { shape, filter, strides, pad } = windows3D(draw);
    return { inputs: [{ shape }], op: (x) => tf.avgPool3d(x as tf.Tensor5D, filter, strides, pad) };
  }),
  of('maxPoolWithArgmax', 0, (draw) => {
    const { shape, filter, strides, pad } = windows2D(draw);
    const withBatch = draw() < 0.5;
    return {
      inputs: [{ shape }],
      op: (x) => {
        const { result, indexes } = tf.maxPoolWithArgmax(x as tf.Tensor4D, filter, strides, pad, withBatch);
        return tf.concat([result!, tf.cast(indexes!, 'float32')], 0);
      },
    };
  }),
];

const convolutionCases: OpCase[] = [
  of('depthwiseConv2d', 2, (draw) => {
    const { shape, filter, strides, pad } = windows2D(draw);
    const stride = strides[0]; // TF.js takes equal strides only where it checks them
    return {
      inputs: [{ shape }, { shape: [...filter, shape[3] ?? 1, between(draw, 1, 3)] }],
      op: (x, f) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, pad),
    };
  }),
  of('depthwiseConv2d, dilated', 2, (draw) => {
    const { shape, filter, pad } = windows2D(draw);
    const side = Math.min(2, filter[0]);
    return {
      inputs: [{ shape }, { shape: [side, side, shape[3] ?? 1, 2] }],
      op: (x, f) => tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, pad, 'NHWC', 2),
    };
  }),
  of('separableConv2d', 2, (draw) => {
    const { shape, filter, pad } = windows2D(draw);
    const channels = shape[3] ?? 1;
    return {
      inputs: [{ shape }, { shape: [...filter, channels, 2] }, { shape: [1, 1, channels * 2, 3] }],
      op: (x, f, p) => tf.separableConv2d(x as tf.Tensor4D, f as tf.Tensor4D, p as tf.Tensor4D, 1, pad),
    };
  }),
  of('conv2d, dilated, with gradients', 2, (draw) => {
    const { shape, pad } = windows2D(draw);
    return {
      inputs: [{ shape }, { shape: [2, between(draw, 1, 2), shape[3] ?? 1, 2] }],
      op: (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, pad, 'NHWC', [2, 3]),
    };
  }),
  of('conv3d', 2, (draw) => {
    const { shape, filter, strides, pad } = windows3D(draw);
    return {
      inputs: [{ shape }, { shape: [...filter, shape[4] ?? 1, between(draw, 1, 2)] }],
      op: (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, strides, pad),
    };
  }),
  of('conv3d, dilated', 0, (draw) => {
    const { shape, pad } = windows3D(draw);
    return {
      inputs: [{ shape }, { shape: [2, 2, 1, shape[4] ?? 1, 2] }],
      op: (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, 1, pad, 'NDHWC', [2, 1, 2]),
    };
  }),
  of('conv3dTranspose', 2, (draw) => {
    const stride = between(draw, 1, 2);
    const side = between(draw, stride, 3);
    return {
      inputs: [{ shape: [1, 2, 2, 3, 2] }, { shape: [side, side, side, between(draw, 1, 2), 2] }],
      op: (x, f) =>
        tf.conv3dTranspose(
          x as tf.Tensor5D,
          f as tf.Tensor5D,
          [1, 2 * stride, 2 * stride, 3 * stride, f.shape[3] ?? 1],
          stride,
          'same',
        ),
    };
  }),
];

type Resize = typeof tf.image.resizeBilinear;

const resizing = (name: string, resize: Resize) =>
  of(name, 2, (draw) => {
    const shape = [between(draw, 1, 3), between(draw, 1, 5), between(draw, 1, 5), between(draw, 1, 3)];
    const size = list(draw, 2, 1, 8);
    const [align, half] = pick<[boolean, boolean]>(draw, [
      [false, false],
      [true, false],
      [false, true],
    ]);
    return { inputs: [{ shape }], op: (x) => resize(x as tf.Tensor4D, size, align, half) };
  });

const imageCases: OpCase[] = [
  resizing('resizeBilinear', tf.image.resizeBilinear),
  resizing('resizeNearestNeighbor', tf.image.resizeNearestNeighbor),
  of('spaceToBatchND and back', 2, (draw) => {
    const block = list(draw, 2, 1, 2);
    const crops = [
      [between(draw, 0, 1), 1],
      [1, between(draw, 0, 1)],
    ];
    return {
      inputs: [{ shape: [2, 4 - (crops[0]![0]! + 1) + 2, 4 - (crops[1]![1]! + 1) + 2, 2] }],
      op: (x) => tf.square(tf.batchToSpaceND(tf.square(tf.spaceToBatchND(x, block, crops)), block, crops)),
    };
  }),
  of('depthToSpace', 0, (draw) => {
    const block = between(draw, 2, 3);
    return {
      inputs: [{ shape: [between(draw, 1, 2), 2, 3, block * block * between(draw, 1, 2)] }],
      op: (x) => tf.depthToSpace(x as tf.Tensor4D, block),
    };
  }),
  of('flipLeftRight', 0, (draw) => ({
    inputs: [{ shape: [2, between(draw, 1, 4), between(draw, 1, 4), 2] }],
    op: (x) => tf.image.flipLeftRight(x as tf.Tensor4D),
  })),
  of('rotateWithOffset', 0, (draw) => {
    const [radians, channels] = [draw() * 6, between(draw, 1, 4)];
    const fill = channels < 3 ? 0.25 : ([0.1, 0.2, 0.3] as [number, number, number]);
    const center = draw() < 0.5 ? 0.5 : ([draw(), draw()] as [number, number]);
    return {
      inputs: [{ shape: [2, 5, 4, channels] }],
      op: (x) => tf.image.rotateWithOffset(x as tf.Tensor4D, radians, fill, center),
    };
  }),
  of('localResponseNormalization', 1, (draw) => {
    const [radius, bias, alpha, beta] = [between(draw, 1, 3), 1 + draw(), 0.5 + draw(), 0.3 + draw()];
    return {
      inputs: [{ shape: [2, 2, 3, between(draw, 1, 6)] }],
      op: (x) => tf.localResponseNormalization(x as tf.Tensor4D, radius, bias, alpha, beta),
    };
  }),
  of('batchNorm', 2, (draw) => {
    const shape = [2, 3, 2, between(draw, 1, 3)];
    const each = { shape: shape.slice(3) };
    return {
      inputs: [{ shape }, each, { ...each, low: 0.5 }, each, each],
      op: (x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          0.01,
        ),
    };
  }),
  of('batchNorm without offset and scale', 0, (draw) => {
    const shape = [2, 3, 2, between(draw, 1, 3)];
    const each = { shape: shape.slice(3) };
    return {
      inputs: [{ shape }, each, { ...each, low: 0.5 }],
      op: (x, mean, variance) => tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D),
    };
  }),
];

/** Pooling, grouped and 3-D convolutions, and images resized, cut and normalised. */
export const windowCases: readonly OpCase[] = [...poolingCases, ...convolutionCases, ...imageCases];
