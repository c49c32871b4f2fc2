import { sizeOf } from '../feeds.ts';
import { scalarValue } from '../graph/constants.ts';
import type { GraphValue } from '../graph/graph.ts';
import type { OnnxAttribute, OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import { firstOutput, operand, type Lowering } from './rule.ts';

/** From this many elements on, one pass instead of two is worth a convolution. */
const leastSize = 16_384;

/**
 * x * scalar + z, or z - x * scalar, z whole or a scalar too, in one pass over memory: ONNX Runtime has no operator for it, but a blocked depthwise convolution
 * of 1 x 1 is one, with a filter that holds the scalar in every channel and z as the sum that it adds to. It takes
 * two thirds of the time of two passes (bench/elementwise.bench.ts); optimisers consist of such lines.
 * @returns null where the node is none of that, or too small
 */
export function multiplyAdd(lowering: Lowering, sign: 1 | -1): Wire | null {
  const { onnx, node, wireOf } = lowering;
  const { block } = onnx.target;
  const { shape, dtype } = firstOutput(lowering);
  const size = sizeOf(shape);
  if (block === null || dtype !== 'float32' || size < leastSize || size % block !== 0) return null;
  const [a, b] = [operand(node, 'a'), operand(node, 'b')];
  const whole = (value: GraphValue) => value.dtype === 'float32' && value.shape.join() === shape.join();
  const found = whole(a) || isScalar(a) ? scaled(b, whole) : null;
  if (found !== null)
    return fused(onnx, { x: wireOf(found.x), scalar: wireOf(found.scalar), z: wireOf(a) }, block, sign);
  const other = sign === 1 && (whole(b) || isScalar(b)) ? scaled(a, whole) : null;
  return other && fused(onnx, { x: wireOf(other.x), scalar: wireOf(other.scalar), z: wireOf(b) }, block, 1);
}

const isScalar = ({ dtype, shape }: GraphValue) => dtype === 'float32' && sizeOf(shape) === 1;

/** The factors of a product of a whole operand with a scalar. */
function scaled(
  value: GraphValue,
  whole: (value: GraphValue) => boolean,
): { x: GraphValue; scalar: GraphValue } | null {
  if (value.origin.kind !== 'node' || value.origin.node.kernel !== 'Multiply' || !whole(value)) return null;
  const { a, b } = value.origin.node.inputs;
  if (a === undefined || b === undefined) return null;
  if (isScalar(b) && whole(a)) return { x: a, scalar: b };
  return isScalar(a) && whole(b) ? { x: b, scalar: a } : null;
}

const typeOf = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as const;

function fused(
  onnx: OnnxBuilder,
  { x, scalar, z }: { readonly x: Wire; readonly scalar: Wire; readonly z: Wire },
  block: number,
  sign: 1 | -1,
): Wire {
  const factor = onnx.reshape(scalar, [1]);
  const signed = sign === 1 ? factor : onnx.op('Neg', [factor], typeOf([1]));
  // A scalar z is a bias of every channel.
  const added =
    sizeOf(z.shape) === 1
      ? [onnx.op('Expand', [onnx.reshape(z, [1]), onnx.integers([block])], typeOf([block]))]
      : [null, onnx.reshape(z, rowOf(z, block))];
  return onePass(onnx, { x, scalar: signed, added }, block);
}

const rowOf = ({ shape }: Wire, block: number) => [1, block, 1, sizeOf(shape) / block];

/** The convolution of 1 x 1 that multiplies every element of x by a scalar. */
function onePass(
  onnx: OnnxBuilder,
  { x, scalar, added = [] }: { readonly x: Wire; readonly scalar: Wire; readonly added?: readonly (Wire | null)[] },
  block: number,
  activation: Record<string, OnnxAttribute> = {},
): Wire {
  const channels = [block, 1, 1, 1];
  const filter = onnx.op('Expand', [scalar, onnx.integers(channels)], typeOf(channels));
  const row = rowOf(x, block);
  const sizes = { kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1], group: block };
  const inputs = [onnx.reshape(x, row), filter, ...added];
  return onnx.reshape(onnx.op('com.microsoft.nchwc.Conv', inputs, typeOf(row), { ...sizes, ...activation }), x.shape);
}

/** So large that only a zero, a denormal or a negative number times it is below 1. */
const huge = 1e30;

/**
 * where(y > 0, t, slope * t), the gradient of a leaky ReLU, as t * clip(huge * y, slope, 1): the clip comes with the pass that multiplies, and
 * ONNX Runtime's Where makes three passes of its own.
 * @returns null where the node is none of that, or too small
 */
export function leakySlope({ onnx, node, outputs, wireOf }: Lowering): Wire | null {
  const { block } = onnx.target;
  const [output] = outputs;
  const [condition, t, e] = [operand(node, 'condition'), operand(node, 't'), operand(node, 'e')];
  if (block === null || output === undefined || sizeOf(output.shape) < leastSize || sizeOf(output.shape) % block !== 0)
    return null;
  const whole = (value: GraphValue) => value.dtype === 'float32' && value.shape.join() === output.shape.join();
  const below = scaled(e, whole);
  const slope = below && scalarValue(below.scalar);
  const y = positive(condition);
  if (below?.x !== t || y === null || !whole(y) || slope === null || !(slope > 0 && slope < 1)) return null;
  const clip = { activation: 'Clip', activation_params: { floats: [slope, 1] } };
  const scalar = onnx.reshape(onnx.scalar(huge), [1]);
  const slopes = onePass(onnx, { x: wireOf(y), scalar }, block, clip);
  return onnx.op('Mul', [slopes, wireOf(t)], { shape: output.shape, dtype: 'float32' });
}

/** What is asked to be above zero. */
function positive({ origin }: GraphValue): GraphValue | null {
  if (origin.kind !== 'node' || origin.node.kernel !== 'Greater') return null;
  const { a, b } = origin.node.inputs;
  return a !== undefined && b !== undefined && scalarValue(b) === 0 ? a : null;
}
