import { scalarValue } from '../graph/constants.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Graph, GraphValue } from '../graph/graph.ts';
import { hasShape } from './operands.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/**
 * (c x)(d y) = (c d)(x y): numbers that scale the factors of a product scale the product, in one pass over memory or, in front of a sum, in
 * none (kernels/one-pass.ts). Derivatives of polynomials are full of them. Equal but for rounding, and where a product beyond the range of
 * float32 is scaled back into it.
 */
export const gatherScalars = (graph: Graph): Graph => rewrite(graph, [productOfScaled]);

const productOfScaled: Rewrite = ({ kernel, inputs, outputs, attributes }, builder, uses) => {
  const { a, b } = inputs;
  const [output] = outputs;
  if (kernel !== 'Multiply' || a === undefined || b === undefined || output?.dtype !== 'float32') return null;
  const [left, right] = [scaledOf(a, uses), scaledOf(b, uses)];
  const scalar = scalarValue(a) ?? scalarValue(b);
  if (scalar !== null) {
    const scaled = scalarValue(a) === null ? left : right;
    return scaled && times(builder, scaled.x, scaled.scale * scalar);
  }
  if ((left === null && right === null) || !hasShape(a, output.shape) || !hasShape(b, output.shape)) return null;
  const factors = { a: left?.x ?? a, b: right?.x ?? b };
  const [product] = builder.node(kernel, factors, attributes, outputs).outputs;
  return product === undefined ? null : times(builder, product, (left?.scale ?? 1) * (right?.scale ?? 1));
};

const times = (builder: GraphBuilder, x: GraphValue, scale: number): GraphValue | null => {
  const scalar = builder.constant(Float32Array.of(scale), { shape: [], dtype: 'float32' });
  return builder.node('Multiply', { a: x, b: scalar }, {}, [x]).outputs[0] ?? null;
};

/** x and the number in a product of both that nothing else reads. */
function scaledOf(value: GraphValue, uses: (value: GraphValue) => number): { x: GraphValue; scale: number } | null {
  const { origin } = value;
  if (origin.kind !== 'node' || origin.node.kernel !== 'Multiply' || uses(value) > 1) return null;
  const { a, b } = origin.node.inputs;
  if (a === undefined || b === undefined) return null;
  for (const [x, factor] of [
    [a, scalarValue(b)],
    [b, scalarValue(a)],
  ] as const) {
    if (factor !== null && hasShape(x, value.shape)) return { x, scale: factor };
  }
  return null;
}
