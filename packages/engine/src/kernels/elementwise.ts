import type { GraphValue, TensorType } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { DType } from '../program.ts';
import { broadcast } from './broadcast.ts';
import { leakySlope, multiplyAdd } from './one-pass.ts';
import {
  broadcastShapes,
  firstOutput,
  numberOf,
  operand,
  requireDtype,
  type KernelRule,
  type Lowering,
} from './rule.ts';

const upcast: Record<DType, number> = { bool: 0, int32: 1, float32: 2 };

/** The dtype that TF.js gives a binary operation of two dtypes. */
const widest = (a: DType, b: DType): DType => (upcast[a] >= upcast[b] ? a : b);

/** One input, one output of the same shape, as one ONNX operator. */
function unary(kernel: string, operator: string, dtypes: DType[] = ['float32'], result?: DType): KernelRule {
  return {
    kernel,
    infer: (call) => {
      const x = operand(call, 'x');
      requireDtype(x, ...dtypes);
      return [{ shape: x.shape, dtype: result ?? x.dtype }];
    },
    lower: (lowering) => lowering.onnx.op(operator, [operand(lowering, 'x')], firstOutput(lowering)),
  };
}

/** One float32 input, one output of the same shape, as several operators. */
function composed(
  kernel: string,
  lower: (x: Wire, onnx: OnnxBuilder, lowering: Lowering) => Wire,
  result: DType = 'float32',
): KernelRule {
  return {
    kernel,
    infer: (call) => {
      const x = operand(call, 'x');
      requireDtype(x, 'float32');
      return [{ shape: x.shape, dtype: result }];
    },
    lower: (lowering) => lower(operand(lowering, 'x'), lowering.onnx, lowering),
  };
}

function inferBinary(
  call: { inputs: Readonly<Record<string, TensorType>> },
  dtypes: DType[],
  result?: DType,
): TensorType[] {
  const [a, b] = [operand(call, 'a'), operand(call, 'b')];
  requireDtype(a, ...dtypes);
  requireDtype(b, ...dtypes);
  return [{ shape: broadcastShapes(a.shape, b.shape), dtype: result ?? widest(a.dtype, b.dtype) }];
}

/** Both operands in the wider of their dtypes. */
function operands(lowering: Lowering): [Wire, Wire] {
  const [a, b] = [operand(lowering, 'a'), operand(lowering, 'b')];
  const dtype = widest(a.dtype as DType, b.dtype as DType);
  return [lowering.onnx.cast(a, dtype), lowering.onnx.cast(b, dtype)];
}

/** Two inputs that broadcast, as one ONNX operator. */
function binary(kernel: string, operator: string, dtypes: DType[] = ['float32', 'int32'], result?: DType): KernelRule {
  return {
    kernel,
    infer: (call) => inferBinary(call, dtypes, result),
    lower: (lowering) => {
      const [wires, type] = [operands(lowering), firstOutput(lowering)];
      // ONNX Runtime makes one node of a product and its bias, where it finds the bias as it is.
      const isBias =
        operator === 'Add' && type.shape.at(-1) !== 1 && Object.values(lowering.node.inputs).some(isProduct);
      return isBias ? lowering.onnx.op(operator, wires, type) : broadcast(lowering.onnx, operator, wires, type);
    },
  };
}

const isProduct = ({ origin }: GraphValue) => origin.kind === 'node' && origin.node.kernel === 'BatchMatMul';

/** A sum whose one operand is a product with a scalar takes the product along. */
const withMultiplyAdd = (rule: KernelRule, sign: 1 | -1): KernelRule => ({
  ...rule,
  lower: (lowering) => multiplyAdd(lowering, sign) ?? rule.lower(lowering),
});

const all: DType[] = ['float32', 'int32', 'bool'];
const numeric: DType[] = ['float32', 'int32'];

const unaryRules: KernelRule[] = [
  unary('Abs', 'Abs', numeric),
  unary('Acos', 'Acos'),
  unary('Acosh', 'Acosh'),
  unary('Asin', 'Asin'),
  unary('Asinh', 'Asinh'),
  unary('Atan', 'Atan'),
  unary('Atanh', 'Atanh'),
  unary('Ceil', 'Ceil'),
  unary('Cos', 'Cos'),
  unary('Cosh', 'Cosh'),
  unary('Elu', 'Elu'),
  unary('Erf', 'Erf'),
  unary('Exp', 'Exp'),
  unary('Floor', 'Floor'),
  unary('IsInf', 'IsInf', ['float32'], 'bool'),
  unary('IsNan', 'IsNaN', ['float32'], 'bool'),
  unary('Log', 'Log'),
  unary('LogicalNot', 'Not', ['bool']),
  unary('Neg', 'Neg', numeric),
  unary('Reciprocal', 'Reciprocal'),
  unary('Relu', 'Relu'),
  unary('Round', 'Round'), // both round halves to even
  unary('Sigmoid', 'Sigmoid'),
  unary('Sin', 'Sin'),
  unary('Sinh', 'Sinh'),
  unary('Sqrt', 'Sqrt'),
  unary('Tan', 'Tan'),
  unary('Tanh', 'Tanh'),
];

/** Outputs of ReLU. */
const isNeverNegative = (value: GraphValue | undefined): boolean =>
  value?.origin.kind === 'node' &&
  (value.origin.node.kernel === 'Relu' ||
    (value.origin.node.kernel === 'FusedConv2D' && value.origin.node.attributes['activation'] === 'relu'));

const composedRules: KernelRule[] = [
  // max(x, 0) + log(1 + e^-|x|): as ONNX Runtime's Softplus, which goes number by number through the C library.
  composed('Softplus', (x, onnx) => {
    const power = onnx.op('Exp', [onnx.op('Neg', [onnx.op('Abs', [x], x)], x)], x);
    const rest = onnx.op('Log', [onnx.op('Add', [power, onnx.scalar(1)], x)], x);
    return onnx.op('Add', [onnx.op('Relu', [x], x), rest], x);
  }),
  composed('Rsqrt', (x, onnx) => onnx.op('Reciprocal', [onnx.op('Sqrt', [x], x)], x)),
  // e^x - 1 = tanh(x/2) (e^x + 1): no cancellation near 0.
  composed('Expm1', (x, onnx) => {
    const half = onnx.op('Tanh', [onnx.op('Mul', [x, onnx.scalar(0.5)], x)], x);
    return onnx.op('Mul', [half, onnx.op('Add', [onnx.op('Exp', [x], x), onnx.scalar(1)], x)], x);
  }),
  // log(1 + x) = log(u) x / (u - 1) with u = 1 + x as rounded: the error of u cancels (Kahan).
  composed('Log1p', (x, onnx) => {
    const u = onnx.op('Add', [x, onnx.scalar(1)], x);
    const scale = onnx.op('Div', [x, onnx.op('Sub', [u, onnx.scalar(1)], x)], x);
    const log = onnx.op('Log', [u], x);
    const mask = { shape: x.shape, dtype: 'bool' } as const;
    const infinite = onnx.op('IsInf', [u], mask, { detect_negative: 0 });
    const exact = onnx.op('Or', [infinite, onnx.op('Equal', [u, onnx.scalar(1)], mask)], mask);
    const plain = onnx.op('Where', [infinite, u, x], x);
    return onnx.op('Where', [exact, plain, onnx.op('Mul', [log, scale], x)], x);
  }),
  composed(
    'IsFinite',
    (x, onnx) => {
      const mask = { shape: x.shape, dtype: 'bool' } as const;
      return onnx.op('Not', [onnx.op('Or', [onnx.op('IsNaN', [x], mask), onnx.op('IsInf', [x], mask)], mask)], mask);
    },
    'bool',
  ),
  composed('Step', (x, onnx, { node }) => {
    const mask = { shape: x.shape, dtype: 'bool' } as const;
    const slope = numberOf(node.attributes, 'alpha', 0);
    // What is never below zero is above it where it is not zero, which a cast tells in half the time. (Of NaN it makes 1, not NaN.)
    if (slope === 0 && isNeverNegative(node.inputs['x'])) return onnx.cast(onnx.cast(x, 'bool'), 'float32');
    const above = onnx.op('Greater', [x, onnx.scalar(0)], mask);
    const level = onnx.op('Where', [above, onnx.scalar(1), onnx.scalar(slope)], x);
    return onnx.op('Where', [onnx.op('IsNaN', [x], mask), x, level], x);
  }),
  composed('LeakyRelu', (x, onnx, { node }) =>
    onnx.op('LeakyRelu', [x], x, { alpha: { float: numberOf(node.attributes, 'alpha', 0.2) } }),
  ),
  composed('Relu6', (x, onnx) => onnx.op('Clip', [x, onnx.scalar(0), onnx.scalar(6)], x)),
  composed('Selu', (x, onnx) =>
    onnx.op('Selu', [x], x, {
      alpha: { float: 1.7580993408473768 / 1.0507009873554805 },
      gamma: { float: 1.0507009873554805 },
    }),
  ),
  composed('ClipByValue', (x, onnx, { node }) => {
    const limits = ['clipValueMin', 'clipValueMax'].map((name) => onnx.scalar(numberOf(node.attributes, name)));
    return onnx.op('Clip', [x, ...limits], x);
  }),
];
const binaryRules: KernelRule[] = [
  withMultiplyAdd(binary('Add', 'Add'), 1),
  withMultiplyAdd(binary('Sub', 'Sub'), -1),
  binary('Multiply', 'Mul'),
  binary('RealDiv', 'Div', ['float32']),
  binary('Maximum', 'Max'),
  binary('Minimum', 'Min'),
  {
    kernel: 'Pow',
    infer: (call) => inferBinary(call, numeric),
    lower: (lowering) => {
      const { onnx } = lowering;
      const type = firstOutput(lowering);
      const [base, exponent] = operands(lowering);
      const power = broadcast(onnx, 'Pow', [base, exponent], type);
      const { origin } = operand(lowering.node, 'b');
      const finite = origin.kind === 'constant' && origin.values.every((value) => Number.isFinite(value));
      if (finite || type.dtype !== 'float32') return power;
      // In JavaScript 1 to the power of NaN, and 1 or -1 to an infinite power, are NaN; in C they are 1.
      const over = { shape: exponent.shape, dtype: 'bool' } as const;
      const endless = onnx.op('Or', [onnx.op('IsNaN', [exponent], over), onnx.op('IsInf', [exponent], over)], over);
      const unit = onnx.op('Equal', [onnx.op('Abs', [base], base), onnx.scalar(1)], {
        shape: base.shape,
        dtype: 'bool',
      });
      const undefinedPower = broadcast(onnx, 'And', [endless, unit], { shape: type.shape, dtype: 'bool' });
      return onnx.op('Where', [undefinedPower, onnx.scalar(NaN), power], type);
    },
  },
  binary('Equal', 'Equal', all, 'bool'),
  binary('Greater', 'Greater', numeric, 'bool'),
  binary('GreaterEqual', 'GreaterOrEqual', numeric, 'bool'),
  binary('Less', 'Less', numeric, 'bool'),
  binary('LessEqual', 'LessOrEqual', numeric, 'bool'),
  binary('LogicalAnd', 'And', ['bool']),
  binary('LogicalOr', 'Or', ['bool']),
  {
    kernel: 'NotEqual',
    infer: (call) => inferBinary(call, all, 'bool'),
    lower: (lowering) => {
      const type = firstOutput(lowering);
      return lowering.onnx.op('Not', [broadcast(lowering.onnx, 'Equal', operands(lowering), type)], type);
    },
  },
  {
    kernel: 'SquaredDifference',
    infer: (call) => inferBinary(call, numeric),
    lower: (lowering) => {
      const type = firstOutput(lowering);
      const difference = broadcast(lowering.onnx, 'Sub', operands(lowering), type);
      return lowering.onnx.op('Mul', [difference, difference], type);
    },
  },
  {
    kernel: 'FloorDiv', // always int32 in TF.js
    infer: (call) => inferBinary(call, numeric, 'int32'),
    lower: (lowering) => {
      // In float64 the quotient of two int32 is exact enough that its floor is the floor of the true quotient.
      const wide = { shape: firstOutput(lowering).shape, dtype: 'float64' } as const;
      const quotient = lowering.onnx.op(
        'Div',
        operands(lowering).map((wire) => lowering.onnx.cast(wire, 'float64')),
        wide,
      );
      return toInt32(lowering.onnx, lowering.onnx.op('Floor', [quotient], wide));
    },
  },
  {
    kernel: 'Prelu',
    infer: (call) => {
      const [x, alpha] = [operand(call, 'x'), operand(call, 'alpha')];
      requireDtype(x, 'float32');
      return [{ shape: broadcastShapes(x.shape, alpha.shape), dtype: 'float32' }];
    },
    lower: (lowering) => {
      const type = firstOutput(lowering);
      const [x, alpha] = [operand(lowering, 'x'), operand(lowering, 'alpha')];
      const below = lowering.onnx.op('Less', [x, lowering.onnx.scalar(0)], { shape: x.shape, dtype: 'bool' });
      return lowering.onnx.op('Where', [below, lowering.onnx.op('Mul', [x, alpha], type), x], type);
    },
  },
];

/** Reals as int32; NaN, infinities and what int32 does not hold as 0: C leaves those open, JavaScript makes NaN and infinities 0. */
function toInt32(onnx: OnnxBuilder, x: Wire): Wire {
  const type = { shape: x.shape, dtype: x.dtype };
  const limit = onnx.cast(onnx.scalar(2 ** 31), x.dtype);
  const fits = onnx.op('Less', [onnx.op('Abs', [x], type), limit], { shape: x.shape, dtype: 'bool' });
  const safe = onnx.op('Where', [fits, x, onnx.cast(onnx.scalar(0), x.dtype)], type);
  return onnx.cast(safe, 'int32');
}

const otherRules: KernelRule[] = [
  {
    kernel: 'Square',
    infer: (call) => {
      requireDtype(operand(call, 'x'), ...numeric);
      return [operand(call, 'x')];
    },
    lower: ({ onnx, inputs }) => {
      const x = operand({ inputs }, 'x');
      return onnx.op('Mul', [x, x], x);
    },
  },
  {
    kernel: 'Sign',
    infer: (call) => {
      requireDtype(operand(call, 'x'), ...numeric);
      return [operand(call, 'x')];
    },
    lower: ({ onnx, inputs }) => {
      const x = operand({ inputs }, 'x');
      const sign = onnx.op('Sign', [x], x);
      if (x.dtype === 'int32') return sign;
      return onnx.op('Where', [onnx.op('IsNaN', [x], { shape: x.shape, dtype: 'bool' }), onnx.scalar(0), sign], x);
    },
  },
  {
    kernel: 'AddN',
    infer: ({ inputs }) => {
      const [first] = Object.values(inputs);
      if (first === undefined) throw new Error('needs at least one input');
      return [{ shape: first.shape, dtype: first.dtype }];
    },
    lower: (lowering) => {
      const type = firstOutput(lowering);
      if (type.dtype === 'float32') return lowering.onnx.op('Sum', lowering.list, type);
      return lowering.list.reduce((sum, next) => lowering.onnx.op('Add', [sum, next], type));
    },
    flops: ({ inputs, outputs }) =>
      (Object.keys(inputs).length - 1) * (outputs[0]?.shape.reduce((a, b) => a * b, 1) ?? 0),
  },
  {
    kernel: 'Select',
    infer: (call) => {
      const [t, e] = [operand(call, 't'), operand(call, 'e')];
      requireDtype(operand(call, 'condition'), 'bool');
      return [{ shape: t.shape, dtype: widest(t.dtype, e.dtype) }];
    },
    lower: (lowering) => {
      const leaky = leakySlope(lowering);
      if (leaky !== null) return leaky;
      const { onnx } = lowering;
      const type = firstOutput(lowering);
      const condition = operand(lowering, 'condition');
      // A condition of rank 1 picks whole rows.
      const rows = condition.shape.length === 1 && type.shape.length > 1;
      const mask = rows
        ? onnx.reshape(condition, [...condition.shape, ...type.shape.slice(1).map(() => 1)])
        : condition;
      // ONNX Runtime selects no bools.
      const dtype = type.dtype === 'bool' ? 'int32' : type.dtype;
      const sides = ['t', 'e'].map((side) => onnx.cast(operand(lowering, side), dtype));
      return onnx.cast(onnx.op('Where', [mask, ...sides], { shape: type.shape, dtype }), type.dtype);
    },
  },
  {
    kernel: 'Cast',
    infer: (call) => {
      const dtype = call.attributes['dtype'];
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
        throw new Error(`casts to float32, int32 or bool, not ${String(dtype)}`);
      return [{ shape: operand(call, 'x').shape, dtype }];
    },
    lower: (lowering) => {
      const [x, { dtype }] = [operand(lowering, 'x'), firstOutput(lowering)];
      return x.dtype === 'float32' && dtype === 'int32' ? toInt32(lowering.onnx, x) : lowering.onnx.cast(x, dtype);
    },
    flops: () => 0,
  },
];

export const elementwiseRules: readonly KernelRule[] = [...unaryRules, ...composedRules, ...binaryRules, ...otherRules];
