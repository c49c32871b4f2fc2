import { emptyValues, sizeOf } from '../feeds.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Graph, GraphValue } from '../graph/graph.ts';
import { uniformValue } from '../graph/constants.ts';
import { hasShape, spreading } from './operands.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/**
 * Algebra that leaves fewer or smaller operations. Each rule holds for every number, NaN and infinity included, but for
 * products with zeros that the graph knows to be zeros, see below.
 */
export const simplify = (graph: Graph): Graph =>
  rewrite(graph, [moveNothing, reshapeTwice, neutralElement, productWithZero, uniformOperand]);

const sameShape = (a: GraphValue, b: GraphValue) => hasShape(a, b.shape);

/** Casts to the same dtype, and reshapes, slices, tiles and transposes that change nothing. */
const moveNothing: Rewrite = ({ kernel, inputs, outputs, attributes }) => {
  const [output] = outputs;
  const x = inputs['x'] ?? inputs['input'];
  if (output === undefined || x === undefined || !sameShape(x, output) || x.dtype !== output.dtype) return null;
  if (['Cast', 'Reshape', 'Slice', 'Tile'].includes(kernel)) return x;
  const { perm } = attributes;
  return kernel === 'Transpose' && Array.isArray(perm) && perm.every((axis, i) => axis === i) ? x : null;
};

/** Reshape(Reshape(x)) = Reshape(x). */
const reshapeTwice: Rewrite = ({ kernel, inputs, outputs }, builder) => {
  const x = inputs['x'];
  const [output] = outputs;
  if (kernel !== 'Reshape' || output === undefined || x?.origin.kind !== 'node') return null;
  const { node } = x.origin;
  const source = node.inputs['x'] ?? node.inputs['input'];
  if ((node.kernel !== 'Reshape' && node.kernel !== 'ExpandDims') || source === undefined) return null;
  if (sameShape(source, output)) return source;
  return builder.node('Reshape', { x: source }, { shape: [...output.shape] }, outputs).outputs[0] ?? null;
};

/** x * 1, x / 1, x - 0 and x + 0 are x (but for the sign of a zero in the last). */
const neutralElement: Rewrite = ({ kernel, inputs, outputs }) => {
  const { a, b } = inputs;
  const [output] = outputs;
  if (a === undefined || b === undefined || output === undefined) return null;
  const isNeutral = (operand: GraphValue, side: 'a' | 'b') => {
    const value = uniformValue(operand);
    if (kernel === 'Multiply') return value === 1;
    if (kernel === 'RealDiv') return side === 'b' && value === 1;
    if (kernel === 'Sub') return side === 'b' && Object.is(value, 0);
    return kernel === 'Add' && value === 0;
  };
  const fits = (x: GraphValue) => sameShape(x, output) && x.dtype === output.dtype;
  if (isNeutral(b, 'b') && fits(a)) return a;
  return isNeutral(a, 'a') && fits(b) ? b : null;
};

const products = new Set(['BatchMatMul', 'Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter']);

/**
 * A matrix product or convolution with a constant of zeros is zeros. TF.js sends zeros back through comparisons (the slope
 * of a leaky ReLU, say), so second derivatives are full of them. Where the other operand is infinite or NaN, IEEE asks for NaN.
 */
const productWithZero: Rewrite = ({ kernel, inputs, outputs }, builder) => {
  const [output] = outputs;
  if (!products.has(kernel) || output === undefined) return null;
  const vanishes = Object.values(inputs).some((input) => uniformValue(input) === 0);
  return vanishes ? builder.constant(emptyValues(output.dtype, sizeOf(output.shape)), output) : null;
};

/** A constant of one repeated number, next to an operand that has the result's shape already, can be a scalar. */
const uniformOperand: Rewrite = ({ kernel, inputs, outputs, attributes }, builder) => {
  const { a, b } = inputs;
  const [output] = outputs;
  if (!spreading.has(kernel) || a === undefined || b === undefined || output === undefined) return null;
  const shrink = (operand: GraphValue, other: GraphValue) =>
    sizeOf(operand.shape) > 1 && sameShape(other, output) && uniformValue(operand) !== null;
  const [shrinkA, shrinkB] = [shrink(a, b), shrink(b, a)];
  if (!shrinkA && !shrinkB) return null;
  const small = { a: shrinkA ? scalarOf(a, builder) : a, b: shrinkB ? scalarOf(b, builder) : b };
  return builder.node(kernel, small, attributes, outputs).outputs[0] ?? null;
};

function scalarOf({ origin, dtype }: GraphValue, builder: GraphBuilder): GraphValue {
  if (origin.kind !== 'constant') throw new Error('not a constant');
  return builder.constant(origin.values.slice(0, 1), { shape: [], dtype });
}
