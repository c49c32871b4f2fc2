import { sizeOf } from '../feeds.ts';
import type { OnnxBuilder, Wire, WireType } from '../onnx/onnx-builder.ts';
import type { DType } from '../program.ts';
import {
  firstOutput,
  numberOf,
  numbersOf,
  operand,
  requireDtype,
  type KernelCall,
  type KernelRule,
  type Lowering,
} from './rule.ts';

const whole: DType[] = ['float32', 'int32'];

/** A scalar wire, or a constant, spread out to a shape. */
const spreadTo = (onnx: OnnxBuilder, scalar: Wire, type: WireType): Wire =>
  onnx.op('Expand', [scalar, onnx.integers(type.shape)], type);

/**
 * Adds `amounts` (a wire of one number per count, or null for ones) into `buckets` buckets by `places`, flat. Places from
 * `buckets` on are dropped: they go to a spare bucket.
 */
function counted(onnx: OnnxBuilder, places: Wire, amounts: Wire | null, type: WireType): Wire {
  const [buckets = 0] = type.shape;
  const count = sizeOf(places.shape);
  const rows = onnx.cast(onnx.reshape(places, [count, 1]), 'int64');
  const wide = { shape: [buckets + 1], dtype: type.dtype };
  const dtype = type.dtype === 'int32' ? 'int32' : 'float32';
  const each = amounts === null ? spreadTo(onnx, onnx.scalar(1, dtype), { shape: [count], dtype }) : amounts;
  const zeros = spreadTo(onnx, onnx.scalar(0, dtype), wide);
  const sums = onnx.op('ScatterND', [zeros, rows, onnx.reshape(each, [count])], wide, { reduction: 'add' });
  return onnx.slice(sums, { starts: [0], ends: [buckets], axes: [0] });
}

const hasWeights = (weights: { readonly shape: readonly number[] }) => sizeOf(weights.shape) > 0;

function binCount(kernel: string): KernelRule {
  const rowsOf = (x: { readonly shape: readonly number[] }) => (x.shape.length === 2 ? (x.shape[0] ?? 1) : 1);
  return {
    kernel,
    infer: (call) => {
      const [x, weights] = [operand(call, 'x'), operand(call, 'weights')];
      requireDtype(x, 'int32');
      requireDtype(weights, ...whole);
      const size = numberOf(call.attributes, 'size');
      const rows = kernel === 'DenseBincount' && x.shape.length === 2 ? [rowsOf(x)] : [];
      return [{ shape: [...rows, size], dtype: weights.dtype }];
    },
    lower: (lowering) => {
      const { onnx, node } = lowering;
      const type = firstOutput(lowering);
      const [x, weights] = [operand(lowering, 'x'), operand(lowering, 'weights')];
      const size = numberOf(node.attributes, 'size');
      const rows = type.shape.length === 2 ? rowsOf(x) : 1;
      const binary = node.attributes['binaryOutput'] === true && type.shape.length === 2;
      const spare = onnx.scalar(size * rows, 'int32');
      const starts = onnx.constant(
        Int32Array.from({ length: rows }, (_, i) => i * size),
        { shape: [rows, 1], dtype: 'int32' },
      );
      const within = onnx.op('Less', [x, onnx.scalar(size, 'int32')], { shape: x.shape, dtype: 'bool' });
      const moved = rows === 1 ? x : onnx.op('Add', [x, starts], x);
      const places = onnx.op('Where', [within, moved, spare], x);
      const amounts = hasWeights(weights) && !binary ? weights : null;
      const flat = counted(onnx, places, amounts, { shape: [size * rows], dtype: type.dtype });
      const one = onnx.scalar(1, type.dtype);
      return onnx.reshape(binary ? onnx.op('Min', [flat, one], flat) : flat, type.shape);
    },
    flops: (node) => sizeOf(operand(node, 'x').shape),
  };
}

/** Indices as rows: SparseToDense takes a single index, or a list of them for one axis, too. */
const indexRows = (onnx: OnnxBuilder, indices: Wire): Wire => {
  const { shape } = indices;
  const rows = shape.length >= 2 ? shape : [sizeOf(shape), 1];
  return onnx.cast(onnx.reshape(indices, rows), 'int64');
};

/** The whole of `into`, with the rows that `indices` names replaced by `updates`. */
const replaced = ({ onnx }: Lowering, into: Wire, indices: Wire, updates: Wire): Wire =>
  onnx.op('ScatterND', [into, indices, updates], into);

const typedLike = (name: string, shapeOf: (call: KernelCall) => readonly number[]) => (call: KernelCall) => {
  requireDtype(operand(call, name), ...whole);
  return [{ shape: shapeOf(call), dtype: operand(call, name).dtype }];
};

/** Writing at computed places, and the counts and searches that go with it. */
export const scatteringRules: readonly KernelRule[] = [
  binCount('Bincount'),
  binCount('DenseBincount'),
  {
    kernel: 'TensorScatterUpdate',
    infer: typedLike('tensor', (call) => operand(call, 'tensor').shape),
    lower: (lowering) =>
      replaced(
        lowering,
        operand(lowering, 'tensor'),
        indexRows(lowering.onnx, operand(lowering, 'indices')),
        operand(lowering, 'updates'),
      ),
    flops: () => 0,
  },
  {
    kernel: 'SparseToDense',
    infer: typedLike('sparseValues', ({ attributes }) => numbersOf(attributes, 'outputShape')),
    lower: (lowering) => {
      const { onnx } = lowering;
      const type = firstOutput(lowering);
      const rows = indexRows(onnx, operand(lowering, 'sparseIndices'));
      const values = operand(lowering, 'sparseValues');
      const count = [rows.shape[0] ?? 1];
      const each = values.shape.length === 0 ? spreadTo(onnx, values, { shape: count, dtype: values.dtype }) : values;
      const background = onnx.reshape(operand(lowering, 'defaultValue'), []);
      return replaced(lowering, spreadTo(onnx, background, type), rows, each);
    },
    flops: () => 0,
  },
  {
    // The place of a value in a sorted row is the number of its elements that are less (or not greater).
    kernel: 'SearchSorted',
    infer: (call) => {
      const [sorted, values] = [operand(call, 'sortedSequence'), operand(call, 'values')];
      requireDtype(sorted, ...whole);
      requireDtype(values, sorted.dtype);
      return [{ shape: values.shape, dtype: 'int32' }];
    },
    lower: (lowering) => {
      const { onnx, node } = lowering;
      const { shape } = firstOutput(lowering);
      const [sorted, values] = [operand(lowering, 'sortedSequence'), operand(lowering, 'values')];
      const [rows = 1, length = 1] = sorted.shape;
      const [, count = 1] = shape;
      const operator = node.attributes['side'] === 'right' ? 'LessOrEqual' : 'Less';
      const below = onnx.op(
        operator,
        [onnx.reshape(sorted, [rows, 1, length]), onnx.reshape(values, [rows, count, 1])],
        { shape: [rows, count, length], dtype: 'bool' },
      );
      const ones = onnx.cast(below, 'int32');
      return onnx.op('ReduceSum', [ones, onnx.integers([2])], { shape, dtype: 'int32' }, { keepdims: 0 });
    },
    flops: (node) => sizeOf(operand(node, 'values').shape) * (operand(node, 'sortedSequence').shape[1] ?? 1),
  },
  {
    kernel: 'TopK',
    infer: (call) => {
      const x = operand(call, 'x');
      requireDtype(x, ...whole);
      const shape = [...x.shape.slice(0, -1), numberOf(call.attributes, 'k')];
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: 'int32' },
      ];
    },
    lower: (lowering) => {
      const { onnx, node } = lowering;
      const x = operand(lowering, 'x');
      const { shape } = firstOutput(lowering);
      const [values, places] = onnx.ops(
        'TopK',
        [x, onnx.integers([numberOf(node.attributes, 'k')])],
        [
          { shape, dtype: x.dtype },
          { shape, dtype: 'int64' },
        ],
      );
      if (values === undefined || places === undefined) throw new Error('TopK has two outputs');
      return [values, onnx.cast(places, 'int32')];
    },
    flops: (node) => sizeOf(operand(node, 'x').shape),
  },
];
