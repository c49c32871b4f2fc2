import { sizeOf } from '../feeds.ts';
import type { OnnxBuilder, Wire, WireType } from '../onnx/onnx-builder.ts';
import { broadcastShapes, firstOutput, operand, requireDtype, type KernelRule, type Lowering } from './rule.ts';

/** Operators on wires of one shape, by short names. */
function algebra(onnx: OnnxBuilder, shape: readonly number[]) {
  const real = { shape, dtype: 'float32' } as const;
  const truth = { shape, dtype: 'bool' } as const;
  return {
    map: (operator: string, ...inputs: Wire[]) => onnx.op(operator, inputs, real),
    test: (operator: string, ...inputs: Wire[]) => onnx.op(operator, inputs, truth),
  };
}

/**
 * The angle of (b, a) in all four quadrants, signs of zeros and infinities as in C: the arc tangent of the smaller over the
 * larger, then mirrored at the diagonal and at the axes.
 */
function atan2(onnx: OnnxBuilder, a: Wire, b: Wire, shape: readonly number[]): Wire {
  const { map, test } = algebra(onnx, shape);
  const zero = onnx.scalar(0);
  // Spread out first, so that everything below has one shape.
  const spread = (x: Wire) => onnx.op('Expand', [x, onnx.integers(shape)], { shape, dtype: 'float32' });
  const [y, x] = [spread(a), spread(b)];
  const [height, width] = [map('Abs', y), map('Abs', x)];
  const steep = test('Greater', height, width);
  const quotient = map('Div', map('Where', steep, width, height), map('Where', steep, height, width));
  const isDiagonal = test('Equal', height, width);
  const diagonal = map('Where', test('Equal', height, zero), zero, onnx.scalar(1)); // 0/0 and Infinity/Infinity
  const angle = map('Atan', map('Where', isDiagonal, diagonal, quotient));
  const quarter = map('Where', steep, map('Sub', onnx.scalar(Math.PI / 2), angle), angle);
  const negative = (value: Wire) => test('Or', test('Less', value, zero), test('Less', map('Reciprocal', value), zero)); // -0 counts as negative
  const half = map('Where', negative(x), map('Sub', onnx.scalar(Math.PI), quarter), quarter);
  return map('Where', negative(y), map('Neg', half), half);
}

/** TF.js's remainder: of C where the signs agree, else moved by one divisor, so that it takes the divisor's sign. */
function realMod(onnx: OnnxBuilder, a: Wire, b: Wire, shape: readonly number[]): Wire {
  const { map, test } = algebra(onnx, shape);
  const remainder = (x: Wire) => onnx.op('Mod', [x, b], { shape, dtype: 'float32' }, { fmod: 1 });
  const plain = remainder(a);
  const both = (operator: string) =>
    test('And', ...[a, b].map((x) => onnx.op(operator, [x, onnx.scalar(0)], { shape: x.shape, dtype: 'bool' })));
  const agree = test('Or', both('Less'), both('GreaterOrEqual'));
  return map('Where', agree, plain, remainder(map('Add', plain, b)));
}

/** On integers ONNX takes the divisor's sign too; by zero TF.js gives 0, and ONNX Runtime would stop the process. */
function integerMod(onnx: OnnxBuilder, a: Wire, b: Wire, type: WireType): Wire {
  const zero = onnx.scalar(0, 'int32');
  const none = onnx.op('Equal', [b, zero], { shape: b.shape, dtype: 'bool' });
  const safe = onnx.op('Where', [none, onnx.scalar(1, 'int32'), b], b);
  return onnx.op('Where', [none, zero, onnx.op('Mod', [a, safe], type)], type);
}

const binary = (
  kernel: string,
  dtypes: readonly ('float32' | 'int32')[],
  lower: (lowering: Lowering, a: Wire, b: Wire) => Wire,
): KernelRule => ({
  kernel,
  infer: (call) => {
    const [a, b] = [operand(call, 'a'), operand(call, 'b')];
    requireDtype(a, ...dtypes);
    requireDtype(b, a.dtype);
    return [{ shape: broadcastShapes(a.shape, b.shape), dtype: a.dtype }];
  },
  lower: (lowering) => lower(lowering, operand(lowering, 'a'), operand(lowering, 'b')),
});

/** Arithmetic of two operands that ONNX lacks, or has with other corner cases. */
export const arithmeticRules: readonly KernelRule[] = [
  binary('Atan2', ['float32'], (lowering, a, b) => atan2(lowering.onnx, a, b, firstOutput(lowering).shape)),
  binary('Mod', ['float32', 'int32'], (lowering, a, b) =>
    a.dtype === 'int32'
      ? integerMod(lowering.onnx, a, b, firstOutput(lowering))
      : realMod(lowering.onnx, a, b, firstOutput(lowering).shape),
  ),
  binary('BitwiseAnd', ['int32'], (lowering, a, b) => lowering.onnx.op('BitwiseAnd', [a, b], firstOutput(lowering))),
  {
    // The gradient of elu, from its output: only a program that calls the kernel itself gets here, see src/tfjs/gradients.ts.
    kernel: 'EluGrad',
    infer: (call) => {
      requireDtype(operand(call, 'y'), 'float32');
      return [operand(call, 'y')];
    },
    lower: ({ onnx, inputs }) => {
      const [dy, y] = [operand({ inputs }, 'dy'), operand({ inputs }, 'y')];
      const positive = onnx.op('GreaterOrEqual', [y, onnx.scalar(0)], { shape: y.shape, dtype: 'bool' });
      const slope = onnx.op('Add', [y, onnx.scalar(1)], y);
      return onnx.op('Where', [positive, dy, onnx.op('Mul', [dy, slope], y)], y);
    },
    flops: ({ outputs }) => 2 * sizeOf(outputs[0]?.shape ?? []),
  },
];
