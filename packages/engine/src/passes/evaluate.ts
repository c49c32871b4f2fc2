import * as tf from '@tensorflow/tfjs-core';
import { emptyValues, sizeOf } from '../feeds.ts';
import type { GraphNode, GraphValue, TensorType } from '../graph/graph.ts';
import type { Values } from '../program.ts';
import { onBackend } from '../tfjs/tfjs.ts';

interface Known extends TensorType {
  readonly values: Values;
}

/** Computes the first output of a node from its inputs, in the node's order, on TF.js's own `cpu` backend. */
export function computeNode(node: GraphNode, inputs: readonly Known[]): Values {
  return onBackend('cpu', () => tf.tidy(() => run(node, inputs)));
}

function run({ kernel, inputs, attributes, outputs }: GraphNode, known: readonly Known[]): Values {
  const names = Object.keys(inputs);
  const tensors = known.map(({ values, shape, dtype }) => tf.tensor(values.slice(), [...shape], dtype));
  const given = names.every((name, i) => name === String(i))
    ? tensors
    : Object.fromEntries(names.map((name, i) => [name, tensors[i]]));
  const made = tf
    .engine()
    .runKernel<tf.Tensor | tf.Tensor[]>(kernel, given as unknown as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  const [result] = Array.isArray(made) ? made : [made]; // a list of one, from Unpack and SplitV
  if (result === undefined) throw new Error(`kernel ${kernel} gave no result`);
  const values = emptyValues(outputs[0]?.dtype ?? 'float32', result.size);
  values.set(result.dataSync<'float32'>());
  return values;
}

/** Kernels that look at the shape of their input only. */
const shapeOnly: Readonly<Record<string, number>> = { ZerosLike: 0, OnesLike: 1 };

/**
 * The elements of a value that depends on constants only.
 * @throws where it depends on anything else, which the error names
 */
export function evaluate(value: GraphValue): Values {
  return evaluateOnce(value, new Map());
}

function evaluateOnce(value: GraphValue, known: Map<GraphValue, Values>): Values {
  const values = known.get(value) ?? compute(value, known);
  known.set(value, values);
  return values;
}

function compute(value: GraphValue, known: Map<GraphValue, Values>): Values {
  const { origin, shape, dtype } = value;
  if (origin.kind === 'constant') return origin.values;
  if (origin.kind === 'input') throw new Error(`it depends on input ${origin.name}`);
  if (origin.kind === 'variable') throw new Error(`it depends on variable ${origin.variable.name}`);
  const { node, output } = origin;
  const filling = shapeOnly[node.kernel];
  if (filling !== undefined) return emptyValues(dtype, sizeOf(shape)).fill(filling);
  if (output > 0) throw new Error(`it depends on output ${output} of ${node.kernel}`);
  const inputs = Object.values(node.inputs);
  return computeNode(
    node,
    inputs.map((input) => ({ shape: input.shape, dtype: input.dtype, values: evaluateOnce(input, known) })),
  );
}
