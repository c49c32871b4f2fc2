import { sizeOf } from '../feeds.ts';
import type { GraphValue } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import { firstOutput, operand, type Lowering } from './rule.ts';

/** From this many elements on, one pass instead of two is worth a convolution. */
const leastSize = 16_384;

/**
 * x * scalar + z, or z - x * scalar, z whole or a scalar too, in one pass over memory: ONNX Runtime has no operator for it, but a blocked depthwise convolution
 * of 1 x 1 is one, with a filter that holds the scalar in every channel and z as the sum that it adds to. It takes 0.15 ns an element
 * instead of 0.3 (bench/elementwise.bench.ts); optimisers consist of such lines.
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

function fused(
  onnx: OnnxBuilder,
  { x, scalar, z }: { readonly x: Wire; readonly scalar: Wire; readonly z: Wire },
  block: number,
  sign: 1 | -1,
): Wire {
  const type = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as const;
  const channels = [block, 1, 1, 1];
  const factor = onnx.reshape(scalar, [1]);
  const signed = sign === 1 ? factor : onnx.op('Neg', [factor], type([1]));
  const filter = onnx.op('Expand', [signed, onnx.integers(channels)], type(channels));
  const row = [1, block, 1, sizeOf(x.shape) / block];
  const perChannel = (wire: Wire) =>
    onnx.op('Expand', [onnx.reshape(wire, [1]), onnx.integers([block])], type([block])); // a scalar z is a bias
  const added = sizeOf(z.shape) === 1 ? [perChannel(z)] : [null, onnx.reshape(z, row)];
  const inputs = [onnx.reshape(x, row), filter, ...added];
  const attributes = { kernel_shape: [1, 1], pads: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1], group: block };
  return onnx.reshape(onnx.op('com.microsoft.nchwc.Conv', inputs, type(row), attributes), x.shape);
}
