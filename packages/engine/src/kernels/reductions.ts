import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { TensorType } from '../graph/graph.ts';
import type { DType } from '../program.ts';
import { sizeOf } from '../feeds.ts';
import {
  axesOf,
  firstOutput,
  numberOf,
  numbersOf,
  operand,
  requireDtype,
  type KernelCall,
  type KernelRule,
} from './rule.ts';

/** The shape that is left when `axes` are reduced. */
const reduced = (shape: readonly number[], axes: readonly number[], keep: boolean): number[] =>
  keep ? shape.map((size, i) => (axes.includes(i) ? 1 : size)) : shape.filter((_, i) => !axes.includes(i));

const axesAttribute = (call: Pick<KernelCall, 'attributes'>, name: string, rank: number): number[] =>
  axesOf(
    call.attributes[name] === undefined || call.attributes[name] === null ? [] : numbersOf(call.attributes, name),
    rank,
  );

interface Reduction {
  readonly kernel: string;
  readonly operator: string;
  /** Name of the attribute with the axes: TF.js calls it `axis` or `reductionIndices`. */
  readonly axes?: string;
  readonly dtypes?: DType[];
}

const all: DType[] = ['float32', 'int32', 'bool'];

/** A maximum or minimum, made NaN where a NaN was among the elements: ONNX Runtime's comparisons may pass over it. */
function withNan(
  onnx: OnnxBuilder,
  result: Wire,
  x: Wire,
  over: readonly number[],
  attributes: { keepdims: number },
): Wire {
  const nan = onnx.cast(onnx.op('IsNaN', [x], { shape: x.shape, dtype: 'bool' }), 'float32');
  const some = onnx.op('ReduceMax', [nan, onnx.integers(over)], result, attributes);
  return onnx.op('Where', [onnx.cast(some, 'bool'), onnx.scalar(NaN), result], result);
}

function reduction({ kernel, operator, axes = 'axis', dtypes = ['float32', 'int32'] }: Reduction): KernelRule {
  const extreme = kernel === 'Max' || kernel === 'Min';
  return {
    kernel,
    infer: (call): TensorType[] => {
      const x = operand(call, 'x');
      requireDtype(x, ...dtypes);
      const over = axesAttribute(call, axes, x.shape.length);
      const dtype = kernel === 'Mean' ? 'float32' : x.dtype;
      return [{ shape: reduced(x.shape, over, call.attributes['keepDims'] === true), dtype }];
    },
    lower: (lowering) => {
      const { onnx, node } = lowering;
      const x = operand(lowering, 'x');
      const type = firstOutput(lowering);
      const over = axesAttribute(node, axes, x.shape.length);
      const attributes = { keepdims: node.attributes['keepDims'] === true ? 1 : 0 };
      if (over.length === 0) return onnx.cast(x, type.dtype);
      if (x.dtype === 'float32' && isTall(x.shape, over)) {
        if (operator === 'ReduceSum') return columnSums(onnx, x, 1, type.shape);
        if (operator === 'ReduceMean') return columnSums(onnx, x, sizeOf(type.shape) / sizeOf(x.shape), type.shape);
      }
      if (x.dtype !== 'bool') {
        const real = onnx.cast(x, type.dtype);
        const result = onnx.op(operator, [real, onnx.integers(over)], type, attributes);
        return extreme && x.dtype === 'float32' ? withNan(onnx, result, x, over, attributes) : result;
      }
      // ONNX Runtime reduces no bools: All is the minimum and Any the maximum of 0 and 1.
      const bits = onnx.op(
        operator,
        [onnx.cast(x, 'int32'), onnx.integers(over)],
        { shape: type.shape, dtype: 'int32' },
        attributes,
      );
      return onnx.cast(bits, 'bool');
    },
    flops: (node) => sizeOf(node.inputs['x']?.shape ?? []),
  };
}

/** Whether all axes but the last are reduced, and they are long: a bias's gradient, the moments of batch normalisation. */
const isTall = (shape: readonly number[], over: readonly number[]): boolean => {
  const columns = shape[shape.length - 1] ?? 1;
  return (
    over.length === shape.length - 1 &&
    !over.includes(shape.length - 1) &&
    columns >= 8 &&
    sizeOf(shape) / columns >= 64
  );
};

/** Sums of columns as a product with a row of one weight: twice as fast as ONNX Runtime's reduction. */
function columnSums(onnx: OnnxBuilder, x: Wire, weight: number, shape: readonly number[]): Wire {
  const columns = x.shape[x.shape.length - 1] ?? 1;
  const rows = sizeOf(x.shape) / columns;
  const type = { shape: [1, rows], dtype: 'float32' } as const;
  const weights = onnx.op('Expand', [onnx.scalar(weight), onnx.integers(type.shape)], type);
  const product = [weights, onnx.reshape(x, [rows, columns])];
  return onnx.reshape(onnx.op('MatMul', product, { shape: [1, columns], dtype: 'float32' }), shape);
}

function argument(kernel: string): KernelRule {
  const axisOf = (call: Pick<KernelCall, 'attributes'>, rank: number) =>
    axesOf([numberOf(call.attributes, 'axis', 0)], rank)[0] ?? 0;
  return {
    kernel,
    infer: (call) => {
      const x = operand(call, 'x');
      requireDtype(x, 'float32', 'int32');
      return [{ shape: reduced(x.shape, [axisOf(call, x.shape.length)], false), dtype: 'int32' }];
    },
    lower: (lowering) => {
      const x = operand(lowering, 'x');
      const axis = axisOf(lowering.node, x.shape.length);
      const { shape } = firstOutput(lowering);
      const index = lowering.onnx.op(kernel, [x], { shape, dtype: 'int64' }, { axis, keepdims: 0 });
      return lowering.onnx.cast(index, 'int32');
    },
    flops: (node) => sizeOf(node.inputs['x']?.shape ?? []),
  };
}

export const reductionRules: readonly KernelRule[] = [
  reduction({ kernel: 'Sum', operator: 'ReduceSum' }),
  reduction({ kernel: 'Mean', operator: 'ReduceMean' }),
  reduction({ kernel: 'Prod', operator: 'ReduceProd' }),
  reduction({ kernel: 'Max', operator: 'ReduceMax', axes: 'reductionIndices', dtypes: all }),
  reduction({ kernel: 'Min', operator: 'ReduceMin', dtypes: all }),
  reduction({ kernel: 'All', operator: 'ReduceMin', dtypes: ['bool'] }),
  reduction({ kernel: 'Any', operator: 'ReduceMax', dtypes: ['bool'] }),
  argument('ArgMax'),
  argument('ArgMin'),
  {
    kernel: 'Softmax',
    infer: (call) => {
      requireDtype(operand(call, 'logits'), 'float32');
      return [operand(call, 'logits')];
    },
    lower: (lowering) => {
      const x = operand(lowering, 'logits');
      const [axis = 0] = axesOf([numberOf(lowering.node.attributes, 'dim', -1)], x.shape.length);
      return lowering.onnx.op('Softmax', [x], x, { axis });
    },
    flops: (node) => 5 * sizeOf(node.outputs[0]?.shape ?? []),
  },
  {
    kernel: 'Cumsum',
    infer: (call) => {
      requireDtype(operand(call, 'x'), 'float32', 'int32');
      return [operand(call, 'x')];
    },
    lower: (lowering) => {
      const x = operand(lowering, 'x');
      const { attributes } = lowering.node;
      const [axis = 0] = axesOf([numberOf(attributes, 'axis', 0)], x.shape.length);
      return lowering.onnx.op('CumSum', [x, lowering.onnx.scalar(axis, 'int32')], x, {
        exclusive: attributes['exclusive'] === true ? 1 : 0,
        reverse: attributes['reverse'] === true ? 1 : 0,
      });
    },
  },
];
