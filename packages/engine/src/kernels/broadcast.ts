import { sizeOf } from '../feeds.ts';
import type { OnnxBuilder, Wire, WireType } from '../onnx/onnx-builder.ts';

/** ONNX Runtime is called once for each stretch of elements along which an operand runs on: with so many of them a call is cheap. */
const longStretch = 256;
/** Up to this length, and from so many stretches on, what is saved is more than writing the operand out costs. */
const shortStretch = 64;
const fewestStretches = 2048;

/**
 * An operator on two wires that broadcast. Where the result ends in axes of size 1, the work is done without them: ONNX Runtime
 * broadcasts along the innermost axis, and would go element by element.
 */
export function broadcast(
  onnx: OnnxBuilder,
  operator: string,
  [a, b]: readonly [Wire, Wire],
  { shape, dtype }: WireType,
): Wire {
  const last = shape.findLastIndex((size) => size !== 1);
  const dropped = shape.length - 1 - last;
  if (dropped === 0) return inStretches(onnx, operator, [a, b], { shape, dtype });
  const cut = (wire: Wire) => onnx.reshape(wire, wire.shape.slice(0, Math.max(0, wire.shape.length - dropped)));
  const type = { shape: shape.slice(0, last + 1), dtype };
  return onnx.reshape(inStretches(onnx, operator, [cut(a), cut(b)], type), shape);
}

/**
 * A short operand that repeats over all leading axes, such as a bias of channels, is written out several times first, so that it repeats less
 * often: 16 channels take two fifths of the time then (bench/elementwise.bench.ts). Only on processors of known blocks: elsewhere it would be
 * a node for nothing.
 */
function inStretches(
  onnx: OnnxBuilder,
  operator: string,
  [a, b]: readonly [Wire, Wire],
  { shape, dtype }: WireType,
): Wire {
  const known = onnx.target.block !== null;
  const [left, right] = known ? [timesRepeated(a, b, shape), timesRepeated(b, a, shape)] : [1, 1];
  const times = Math.max(left, right);
  if (times === 1) return onnx.op(operator, [a, b], { shape, dtype });
  const stretch = times * Math.min(sizeOf(a.shape), sizeOf(b.shape));
  const rows = [sizeOf(shape) / stretch, stretch];
  const short = (wire: Wire) => {
    const repeated = [times, sizeOf(wire.shape)];
    const type = { shape: repeated, dtype: wire.dtype };
    const once = onnx.reshape(wire, [1, sizeOf(wire.shape)]);
    return onnx.reshape(onnx.op('Expand', [once, onnx.integers(repeated)], type), [stretch]);
  };
  const both = [left > 1 ? short(a) : onnx.reshape(a, rows), right > 1 ? short(b) : onnx.reshape(b, rows)];
  return onnx.reshape(onnx.op(operator, both, { shape: rows, dtype }), shape);
}

/** How often to write out `short` before `whole`, which has the shape of the result, meets it; 1 where that does not pay. */
function timesRepeated(short: Wire, whole: Wire, shape: readonly number[]): number {
  const length = sizeOf(short.shape);
  const count = sizeOf(shape) / length;
  const own = short.shape.slice(short.shape.findIndex((size) => size !== 1));
  const trailing = shape.slice(shape.length - own.length);
  if (whole.shape.join() !== shape.join() || length < 2 || own.join() !== trailing.join()) return 1;
  if (length > shortStretch || count < fewestStretches) return 1;
  let times = Math.floor(longStretch / length);
  while (count % times !== 0) times--;
  return times;
}
