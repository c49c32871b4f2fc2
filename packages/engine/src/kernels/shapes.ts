import { slice_util } from '@tensorflow/tfjs-core';
import { sizeOf } from '../feeds.ts';
import type { TensorType } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { DType, Values } from '../program.ts';
import { mirrorSources } from './sampling.ts';
import {
  axesOf,
  beforeStart,
  firstOutput,
  numberOf,
  numbersOf,
  operand,
  pairsOf,
  type KernelCall,
  type KernelRule,
  type Lowering,
} from './rule.ts';

const none = () => 0;

/** A kernel that only moves or repeats elements of `x`: output of the same dtype, no arithmetic. */
function mover(
  kernel: string,
  shapeOf: (x: TensorType, call: Pick<KernelCall, 'attributes'>) => readonly number[],
  lower: (x: Wire, lowering: Lowering) => Wire,
  input = 'x',
): KernelRule {
  return {
    kernel,
    infer: (call) => {
      const x = operand(call, input);
      return [{ shape: shapeOf(x, call), dtype: x.dtype }];
    },
    lower: (lowering) => lower(operand(lowering, input), lowering),
    flops: none,
  };
}

const reshaping = (
  kernel: string,
  shapeOf: (x: TensorType, call: Pick<KernelCall, 'attributes'>) => number[],
  input = 'x',
) => mover(kernel, shapeOf, (x, lowering) => lowering.onnx.reshape(x, firstOutput(lowering).shape), input);

const onlyAxis = (call: Pick<KernelCall, 'attributes'>, rank: number, name = 'axis'): number =>
  axesOf([numberOf(call.attributes, name, 0)], rank)[0] ?? 0;

/** `begin` and `size` of a Slice, one number an axis; a size of -1 reaches to the end. */
function sliceBounds({ shape }: { readonly shape: readonly number[] }, { attributes }: Pick<KernelCall, 'attributes'>) {
  const begin = numbersOf(attributes, 'begin');
  const size = numbersOf(attributes, 'size');
  const starts = shape.map((_, i) => begin[i] ?? 0);
  const sizes = shape.map((length, i) => {
    const wanted = size[i] ?? -1;
    return wanted < 0 ? length - (starts[i] ?? 0) : wanted;
  });
  return { starts, sizes };
}

function sliceOf(x: Wire, { onnx, node }: Lowering): Wire {
  const { starts, sizes } = sliceBounds(x, node);
  const axes = x.shape.map((_, i) => i).filter((i) => sizes[i] !== x.shape[i]);
  if (axes.length === 0) return x;
  const pick = (list: readonly number[]) => axes.map((i) => list[i] ?? 0);
  return onnx.slice(x, { axes, starts: pick(starts), ends: pick(starts.map((s, i) => s + (sizes[i] ?? 0))) });
}

const maskNames = ['beginMask', 'endMask', 'ellipsisMask', 'newAxisMask', 'shrinkAxisMask'] as const;

function stridedInfo(shape: readonly number[], { attributes }: Pick<KernelCall, 'attributes'>) {
  const [beginMask, endMask, ellipsisMask, newAxisMask = 0, shrinkAxisMask = 0] = maskNames.map((name) =>
    numberOf(attributes, name, 0),
  );
  const info = slice_util.sliceInfo(
    [...shape],
    numbersOf(attributes, 'begin'),
    numbersOf(attributes, 'end'),
    numbersOf(attributes, 'strides'),
    beginMask ?? 0,
    endMask ?? 0,
    ellipsisMask ?? 0,
    newAxisMask,
    shrinkAxisMask,
  );
  const plain = info.isIdentity || info.sliceDim0 || info.isSimpleSlice;
  if (!plain && (newAxisMask !== 0 || shrinkAxisMask !== 0)) {
    throw new Error(
      "slices with strides other than 1 without newAxisMask and shrinkAxisMask, for which TF.js's own kernel reads the wrong " +
        'elements; reshape afterwards instead',
    );
  }
  return info;
}

function stridedSliceOf(x: Wire, { onnx, node }: Lowering): Wire {
  const { begin, end, strides, finalShape } = stridedInfo(x.shape, node);
  const shape = x.shape.map((_, i) => Math.ceil(((end[i] ?? 0) - (begin[i] ?? 0)) / (strides[i] ?? 1)));
  const ends = end.map((e, i) => ((strides[i] ?? 1) < 0 && e < 0 ? beforeStart : e));
  const lists = [begin, ends, x.shape.map((_, i) => i), strides].map((list) => onnx.integers(list));
  return onnx.reshape(onnx.op('Slice', [x, ...lists], { shape, dtype: x.dtype }), finalShape);
}

const padded = (x: TensorType, call: Pick<KernelCall, 'attributes'>) =>
  pairsOf(call, 'paddings').map(([before, after], i) => before + after + (x.shape[i] ?? 1));

const padsOf = (call: Pick<KernelCall, 'attributes'>) => {
  const pairs = pairsOf(call, 'paddings');
  return [...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)];
};

/** Joins inputs along an axis; `stack` first gives each an axis of its own. */
function joining(kernel: string, stack: boolean): KernelRule {
  const placed = (shape: readonly number[], axis: number) =>
    stack ? [...shape.slice(0, axis), 1, ...shape.slice(axis)] : [...shape];
  const rankOf = (x: { readonly shape: readonly number[] }) => x.shape.length + (stack ? 1 : 0);
  return {
    kernel,
    infer: (call) => {
      const list = Object.values(call.inputs);
      const [first] = list;
      if (first === undefined) throw new Error('needs at least one input');
      const axis = onlyAxis(call, rankOf(first));
      const shape = placed(first.shape, axis);
      shape[axis] = list.reduce((sum, x) => sum + (placed(x.shape, axis)[axis] ?? 0), 0);
      return [{ shape, dtype: first.dtype }];
    },
    lower: (lowering) => {
      const { onnx, list, node } = lowering;
      const type = firstOutput(lowering);
      const axis = onlyAxis(node, type.shape.length);
      const parts = list.filter((x) => sizeOf(x.shape) > 0).map((x) => onnx.reshape(x, placed(x.shape, axis)));
      const [only] = parts;
      return only !== undefined && parts.length === 1 ? only : onnx.op('Concat', parts, type, { axis });
    },
    flops: none,
  };
}

/** Cuts an input into several along an axis; `unstack` then drops that axis. */
function cutting(kernel: string, input: string, unstack: boolean): KernelRule {
  const sizesOf = (x: TensorType, call: Pick<KernelCall, 'attributes'>, axis: number): number[] => {
    if (unstack) return Array.from({ length: x.shape[axis] ?? 0 }, () => 1);
    const wanted = numbersOf(call.attributes, 'numOrSizeSplits');
    if (!Array.isArray(call.attributes['numOrSizeSplits'])) {
      const count = wanted[0] ?? 1;
      return Array.from({ length: count }, () => (x.shape[axis] ?? 0) / count);
    }
    const known = wanted.filter((size) => size >= 0).reduce((a, b) => a + b, 0);
    return wanted.map((size) => (size < 0 ? (x.shape[axis] ?? 0) - known : size));
  };
  return {
    kernel,
    infer: (call) => {
      const x = operand(call, input);
      const axis = onlyAxis(call, x.shape.length);
      return sizesOf(x, call, axis).map((size) => ({
        shape: unstack
          ? x.shape.filter((_, i) => i !== axis)
          : x.shape.map((length, i) => (i === axis ? size : length)),
        dtype: x.dtype,
      }));
    },
    lower: ({ onnx, node, outputs, inputs }) => {
      const x = operand({ inputs }, input);
      const axis = onlyAxis(node, x.shape.length);
      let from = 0;
      return sizesOf({ shape: x.shape, dtype: x.dtype as DType }, node, axis).map((size, i) => {
        const part = onnx.slice(x, { starts: [from], ends: [from + size], axes: [axis] });
        from += size;
        return onnx.reshape(part, outputs[i]?.shape ?? []);
      });
    },
    flops: none,
  };
}

/** A tensor of one repeated value: a scalar constant, spread out. */
function filled(
  kernel: string,
  typeOf: (call: KernelCall) => TensorType,
  valueOf: (call: Pick<KernelCall, 'attributes'>) => number,
): KernelRule {
  return {
    kernel,
    infer: (call) => [typeOf(call)],
    lower: (lowering) => {
      const { onnx, node } = lowering;
      const { shape, dtype } = firstOutput(lowering);
      const one = onnx.scalar(valueOf(node), dtype);
      return shape.length === 0 ? one : onnx.op('Expand', [one, onnx.integers(shape)], { shape, dtype });
    },
    flops: none,
  };
}

const dtypeOf = (value: unknown): DType => (value === 'int32' || value === 'bool' ? value : 'float32');

/** The slices of x at `indices` along an axis; x itself where those are all of its slices in order. */
export function takeAlong(onnx: OnnxBuilder, x: Wire, axis: number, indices: readonly number[]): Wire {
  if (indices.length === x.shape[axis] && indices.every((index, i) => index === i)) return x;
  const shape = x.shape.map((size, i) => (i === axis ? indices.length : size));
  return onnx.op('Gather', [x, onnx.integers(indices)], { shape, dtype: x.dtype }, { axis });
}

const tiled = (x: Wire, { onnx, node, outputs }: Lowering): Wire => {
  const reps = numbersOf(node.attributes, 'reps');
  const type = { shape: outputs[0]?.shape ?? [], dtype: x.dtype };
  // Repeating an axis of size 1 is a broadcast, which copies less.
  return x.shape.every((size, i) => size === 1 || reps[i] === 1)
    ? onnx.op('Expand', [x, onnx.integers(type.shape)], type)
    : onnx.op('Tile', [x, onnx.integers(reps)], type);
};

export const shapeRules: readonly KernelRule[] = [
  reshaping('Reshape', (x, { attributes }) => {
    const shape = numbersOf(attributes, 'shape');
    const known = sizeOf(shape.filter((size) => size >= 0));
    return shape.map((size) => (size < 0 ? sizeOf(x.shape) / known : size));
  }),
  reshaping(
    'ExpandDims',
    (x, { attributes }) => {
      const dim = numberOf(attributes, 'dim');
      const shape = [...x.shape];
      shape.splice(dim < 0 ? dim + x.shape.length + 1 : dim, 0, 1);
      return shape;
    },
    'input',
  ),
  mover(
    'Transpose',
    (x, { attributes }) => numbersOf(attributes, 'perm').map((axis) => x.shape[axis] ?? 1),
    (x, { onnx, node }) => onnx.transpose(x, numbersOf(node.attributes, 'perm')),
  ),
  mover('Slice', (x, call) => sliceBounds(x, call).sizes, sliceOf),
  mover('StridedSlice', (x, call) => stridedInfo(x.shape, call).finalShape, stridedSliceOf),
  mover('PadV2', padded, (x, lowering) =>
    lowering.onnx.op(
      'Pad',
      [
        x,
        lowering.onnx.integers(padsOf(lowering.node)),
        lowering.onnx.scalar(numberOf(lowering.node.attributes, 'constantValue', 0), firstOutput(lowering).dtype),
      ],
      firstOutput(lowering),
    ),
  ),
  mover(
    'MirrorPad',
    padded,
    // Row by row: ONNX has no symmetric padding, and reflects no bools.
    (x, { onnx, node }) =>
      mirrorSources(x.shape, pairsOf(node, 'paddings'), node.attributes['mode'] === 'symmetric').reduce(
        (wire, sources, axis) => takeAlong(onnx, wire, axis, sources),
        x,
      ),
  ),
  mover(
    'Tile',
    (x, { attributes }) => numbersOf(attributes, 'reps').map((times, i) => times * (x.shape[i] ?? 1)),
    tiled,
  ),
  mover(
    'Reverse',
    (x) => x.shape,
    (x, { onnx, node }) => {
      const dims = node.attributes['dims'] === undefined ? [] : numbersOf(node.attributes, 'dims');
      const axes = axesOf(dims, x.shape.length);
      const lists = [axes.map(() => -1), axes.map(() => beforeStart), axes, axes.map(() => -1)];
      return x.shape.length === 0 ? x : onnx.op('Slice', [x, ...lists.map((list) => onnx.integers(list))], x);
    },
  ),
  joining('Concat', false),
  joining('Pack', true),
  cutting('SplitV', 'x', false),
  cutting('Unpack', 'value', true),
  filled(
    'Fill',
    ({ attributes }) => ({ shape: numbersOf(attributes, 'shape'), dtype: dtypeOf(attributes['dtype']) }),
    ({ attributes }) => numberOf(attributes, 'value'),
  ),
  filled(
    'ZerosLike',
    (call) => operand(call, 'x'),
    () => 0,
  ),
  filled(
    'OnesLike',
    (call) => operand(call, 'x'),
    () => 1,
  ),
  {
    kernel: 'LinSpace',
    infer: ({ attributes }) => [{ shape: [numberOf(attributes, 'num')], dtype: 'float32' }],
    lower: (lowering) => {
      const { shape, dtype } = firstOutput(lowering);
      const [start, stop] = ['start', 'stop'].map((name) => numberOf(lowering.node.attributes, name));
      const values = new Float32Array(shape[0] ?? 0);
      const step = ((stop ?? 0) - (start ?? 0)) / (values.length - 1);
      // Added up in float32, as TF.js does.
      for (let i = 0; i < values.length; i++) values[i] = i === 0 ? (start ?? 0) : (values[i - 1] ?? 0) + step;
      return lowering.onnx.constant(values, { shape, dtype });
    },
    flops: none,
  },
  {
    kernel: 'Range',
    infer: ({ attributes }) => {
      const [start, stop, step] = ['start', 'stop', 'step'].map((name) => numberOf(attributes, name));
      const length = Math.max(0, Math.ceil(((stop ?? 0) - (start ?? 0)) / (step ?? 1)));
      return [{ shape: [length], dtype: dtypeOf(attributes['dtype']) }];
    },
    lower: (lowering) => {
      const { shape, dtype } = firstOutput(lowering);
      const { attributes } = lowering.node;
      const values: Values = dtype === 'int32' ? new Int32Array(shape[0] ?? 0) : new Float32Array(shape[0] ?? 0);
      for (let i = 0; i < values.length; i++)
        values[i] = numberOf(attributes, 'start') + i * numberOf(attributes, 'step');
      return lowering.onnx.constant(values, { shape, dtype });
    },
    flops: none,
  },
];
