import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Graph, GraphNode, GraphValue } from '../graph/graph.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/**
 * Moves of axes that need no pass over memory: two transposes in a row are one or none, a transpose of axes of size 1 is a reshape, and a
 * product takes a transposed matrix as it lies. (Blocks of channels are chosen later, as convolutions are written: kernels/convolution.)
 */
export const layout = (graph: Graph): Graph => rewrite(graph, [transposeTwice, transposeOfUnits, productOfTransposed]);

/** The permutation of a transpose, and what it permutes; null for any other value. */
function transposed({ origin }: GraphValue): { readonly x: GraphValue; readonly perm: readonly number[] } | null {
  return origin.kind === 'node' && origin.node.kernel === 'Transpose' ? permutationOf(origin.node) : null;
}

function permutationOf({ inputs, attributes }: GraphNode) {
  const { x } = inputs;
  const { perm } = attributes;
  return x !== undefined && Array.isArray(perm) ? { x, perm: perm as number[] } : null;
}

/** Transpose(Transpose(x, p), q) = Transpose(x, p after q). */
const transposeTwice: Rewrite = (node, builder) => {
  const outer = node.kernel === 'Transpose' ? permutationOf(node) : null;
  const inner = outer && transposed(outer.x);
  if (outer === null || inner === null) return null;
  const perm = outer.perm.map((axis) => inner.perm[axis] ?? 0);
  if (perm.every((axis, i) => axis === i)) return inner.x;
  return builder.node('Transpose', { x: inner.x }, { perm }, node.outputs).outputs[0] ?? null;
};

/** A transpose that keeps the order of all axes longer than 1 moves no element. */
const transposeOfUnits: Rewrite = (node, builder) => {
  const found = node.kernel === 'Transpose' ? permutationOf(node) : null;
  const [output] = node.outputs;
  if (found === null || output === undefined) return null;
  const long = found.perm.filter((axis) => found.x.shape[axis] !== 1);
  if (long.some((axis, i) => i > 0 && axis < (long[i - 1] ?? 0))) return null;
  return builder.node('Reshape', { x: found.x }, { shape: [...output.shape] }, node.outputs).outputs[0] ?? null;
};

/** matMul(transpose(a), b) = matMul(a, b, transposeA), where only the last two axes change places. */
const productOfTransposed: Rewrite = ({ kernel, inputs, attributes, outputs }, builder) => {
  const { a, b } = inputs;
  if (kernel !== 'BatchMatMul' || a === undefined || b === undefined) return null;
  const [left, right] = [turned(a), turned(b)];
  if (left === null && right === null) return null;
  const flags = {
    transposeA: (attributes['transposeA'] === true) !== (left !== null),
    transposeB: (attributes['transposeB'] === true) !== (right !== null),
  };
  return product(builder, { a: left ?? a, b: right ?? b }, { ...attributes, ...flags }, outputs);
};

const product = (
  builder: GraphBuilder,
  factors: Readonly<Record<string, GraphValue>>,
  attributes: GraphNode['attributes'],
  outputs: GraphNode['outputs'],
): GraphValue | null => builder.node('BatchMatMul', factors, attributes, outputs).outputs[0] ?? null;

/** The matrices whose last two axes a value has changed over. */
function turned(value: GraphValue): GraphValue | null {
  const found = transposed(value);
  if (found === null) return null;
  const rank = value.shape.length;
  const swapped = found.perm.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
  return swapped && rank >= 2 ? found.x : null;
}
