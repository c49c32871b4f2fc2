import { sizeOf } from '../feeds.ts';
import type { Wire } from '../onnx/onnx-builder.ts';
import {
  axesOf,
  firstOutput,
  numberOf,
  numbersOf,
  operand,
  requireDtype,
  type KernelCall,
  type KernelRule,
  type Lowering,
} from './rule.ts';

function gatherAxes({ attributes }: Pick<KernelCall, 'attributes'>, x: { readonly shape: readonly number[] }) {
  const [axis = 0] = axesOf([numberOf(attributes, 'axis', 0)], x.shape.length);
  return { axis, batch: numberOf(attributes, 'batchDims', 0) };
}

/** A gather with an index list of its own for each entry of the first `batch` axes: the axis goes next to them, and back after. */
function gatherInBatch(lowering: Lowering, axis: number, batch: number): Wire {
  const { onnx } = lowering;
  const [x, indices] = [operand(lowering, 'x'), operand(lowering, 'indices')];
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const ahead = onnx.transpose(x, [
    ...range(0, batch),
    axis,
    ...range(batch, axis),
    ...range(axis + 1, x.shape.length),
  ]);
  const rows = onnx.cast(onnx.reshape(indices, [...indices.shape, 1]), 'int64');
  const shape = [...indices.shape, ...ahead.shape.slice(batch + 1)];
  const picked = onnx.op('GatherND', [ahead, rows], { shape, dtype: x.dtype }, { batch_dims: batch });
  const [chosen, outer] = [indices.shape.length, axis - batch];
  const back = [...range(0, batch), ...range(chosen, chosen + outer), ...range(batch, chosen)];
  return onnx.transpose(picked, [...back, ...range(chosen + outer, shape.length)]);
}

export const indexingRules: readonly KernelRule[] = [
  {
    kernel: 'GatherV2',
    infer: (call) => {
      const [x, indices] = [operand(call, 'x'), operand(call, 'indices')];
      requireDtype(indices, 'int32');
      const { axis, batch } = gatherAxes(call, x);
      const { shape } = indices;
      return [
        { shape: [...x.shape.slice(0, axis), ...shape.slice(batch), ...x.shape.slice(axis + 1)], dtype: x.dtype },
      ];
    },
    lower: (lowering) => {
      const [x, indices] = [operand(lowering, 'x'), operand(lowering, 'indices')];
      const { axis, batch } = gatherAxes(lowering.node, x);
      if (batch > 0) return gatherInBatch(lowering, axis, batch);
      return lowering.onnx.op('Gather', [x, indices], firstOutput(lowering), { axis });
    },
    flops: () => 0,
  },
  {
    kernel: 'OneHot',
    infer: (call) => {
      requireDtype(operand(call, 'indices'), 'int32');
      const dtype = call.attributes['dtype'] === 'int32' ? 'int32' : 'float32';
      return [{ shape: [...operand(call, 'indices').shape, numberOf(call.attributes, 'depth')], dtype }];
    },
    lower: (lowering) => {
      // By comparison: ONNX's OneHot counts negative indices from the end, TF.js's gives a row without a one.
      const { onnx, node } = lowering;
      const type = firstOutput(lowering);
      const indices = operand(lowering, 'indices');
      const depth = numberOf(node.attributes, 'depth');
      const classes = onnx.constant(
        Int32Array.from({ length: depth }, (_, i) => i),
        { shape: [depth], dtype: 'int32' },
      );
      const hit = onnx.op('Equal', [onnx.reshape(indices, [...indices.shape, 1]), classes], {
        shape: type.shape,
        dtype: 'bool',
      });
      const [on, off] = [numberOf(node.attributes, 'onValue', 1), numberOf(node.attributes, 'offValue', 0)];
      if (on === 1 && off === 0) return onnx.cast(hit, type.dtype);
      return onnx.op('Where', [hit, onnx.scalar(on, type.dtype), onnx.scalar(off, type.dtype)], type);
    },
    flops: () => 0,
  },
  {
    // The gradient of a gather: rows of x added up by their segment. Rows of a negative segment are dropped.
    kernel: 'UnsortedSegmentSum',
    infer: (call) => {
      const [x, ids] = [operand(call, 'x'), operand(call, 'segmentIds')];
      requireDtype(x, 'float32', 'int32');
      if (ids.shape.length !== 1) throw new Error(`takes segmentIds of rank 1, got rank ${ids.shape.length}`);
      return [{ shape: [numberOf(call.attributes, 'numSegments'), ...x.shape.slice(1)], dtype: x.dtype }];
    },
    lower: (lowering) => {
      const { onnx } = lowering;
      const { shape, dtype } = firstOutput(lowering);
      const [x, ids] = [operand(lowering, 'x'), operand(lowering, 'segmentIds')];
      const [segments = 0, ...rest] = shape;
      const wide = { shape: [segments + 1, ...rest], dtype };
      const negative = onnx.op('Less', [ids, onnx.scalar(0, 'int32')], { shape: ids.shape, dtype: 'bool' });
      const spare = onnx.op('Where', [negative, onnx.scalar(segments, 'int32'), ids], ids);
      const rows = onnx.cast(onnx.reshape(spare, [...ids.shape, 1]), 'int64');
      const zeros = onnx.op('Expand', [onnx.scalar(0, dtype), onnx.integers(wide.shape)], wide);
      const sums = onnx.op('ScatterND', [zeros, rows, x], wide, { reduction: 'add' });
      return onnx.slice(sums, { starts: [0], ends: [segments], axes: [0] });
    },
    flops: (node) => sizeOf(node.inputs['x']?.shape ?? []),
  },
  {
    kernel: 'GatherNd',
    infer: (call) => {
      const [params, indices] = [operand(call, 'params'), operand(call, 'indices')];
      const depth = indices.shape[indices.shape.length - 1] ?? 0;
      return [{ shape: [...indices.shape.slice(0, -1), ...params.shape.slice(depth)], dtype: params.dtype }];
    },
    lower: (lowering) =>
      lowering.onnx.op(
        'GatherND',
        [operand(lowering, 'params'), lowering.onnx.cast(operand(lowering, 'indices'), 'int64')],
        firstOutput(lowering),
      ),
    flops: () => 0,
  },
  {
    kernel: 'ScatterNd',
    infer: (call) => [{ shape: numbersOf(call.attributes, 'shape'), dtype: operand(call, 'updates').dtype }],
    lower: (lowering) => {
      const { onnx } = lowering;
      const type = firstOutput(lowering);
      const zeros = onnx.op('Expand', [onnx.scalar(0, type.dtype), onnx.integers(type.shape)], type);
      const indices = onnx.cast(operand(lowering, 'indices'), 'int64');
      return onnx.op('ScatterND', [zeros, indices, operand(lowering, 'updates')], type, { reduction: 'add' });
    },
    flops: (node) => sizeOf(node.inputs['updates']?.shape ?? []),
  },
];
