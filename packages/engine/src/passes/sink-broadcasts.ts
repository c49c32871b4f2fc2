import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Graph, GraphValue } from '../graph/graph.ts';
import { sizeOf } from '../feeds.ts';
import { uniformValue } from '../graph/constants.ts';
import { hasShape, spreading } from './operands.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/**
 * TF.js sends a gradient back through a sum or mean by a product with ones of the operand's whole shape, and divides that by the count.
 * Such a broadcast moves behind what follows it: an operation with a scalar is done before it, and one with an operand of the whole
 * shape broadcasts by itself.
 */
export const sinkBroadcasts = (graph: Graph): Graph => rewrite(graph, [beforeScalar, withWhole]);

/** What is broadcast, where a value is a product of something smaller with ones. */
function broadcastOf({ origin, shape }: GraphValue): { inner: GraphValue; ones: GraphValue } | null {
  if (origin.kind !== 'node' || origin.node.kernel !== 'Multiply') return null;
  const { a, b } = origin.node.inputs;
  if (a === undefined || b === undefined) return null;
  const [inner, ones] = uniformValue(b) === 1 ? [a, b] : [b, a];
  const isBroadcast = uniformValue(ones) === 1 && hasShape(ones, shape) && sizeOf(inner.shape) < sizeOf(shape);
  return isBroadcast && inner.dtype === 'float32' ? { inner, ones } : null;
}

/** broadcast(x) op scalar = broadcast(x op scalar). */
const beforeScalar: Rewrite = ({ kernel, inputs, outputs, attributes }, builder) => {
  const { a, b } = inputs;
  const [output] = outputs;
  if (!spreading.has(kernel) || a === undefined || b === undefined || output?.dtype !== 'float32') return null;
  const sink = (wide: GraphValue, scalar: GraphValue, side: 'a' | 'b') => {
    const found = broadcastOf(wide);
    if (found === null || sizeOf(scalar.shape) !== 1 || !hasShape(wide, output.shape)) return null;
    const { inner, ones } = found;
    if (inner.shape.length < scalar.shape.length) return null;
    const operands = side === 'a' ? { a: inner, b: scalar } : { a: scalar, b: inner };
    const [small] = builder.node(kernel, operands, attributes, [inner]).outputs;
    return small === undefined ? null : spread(builder, small, ones);
  };
  return sink(a, b, 'a') ?? sink(b, a, 'b');
};

const spread = (builder: GraphBuilder, small: GraphValue, ones: GraphValue): GraphValue | null =>
  builder.node('Multiply', { a: small, b: ones }, {}, [ones]).outputs[0] ?? null;

/** broadcast(x) op y = x op y, where y has the whole shape already. */
const withWhole: Rewrite = ({ kernel, inputs, outputs, attributes }, builder) => {
  const { a, b } = inputs;
  const [output] = outputs;
  if (!spreading.has(kernel) || a === undefined || b === undefined || output === undefined) return null;
  const [left, right] = [broadcastOf(a), broadcastOf(b)];
  const takeA = left !== null && hasShape(b, output.shape);
  const takeB = !takeA && right !== null && hasShape(a, output.shape);
  if (!takeA && !takeB) return null;
  const operands = { a: takeA ? left.inner : a, b: takeB ? right.inner : b };
  return builder.node(kernel, operands, attributes, outputs).outputs[0] ?? null;
};
