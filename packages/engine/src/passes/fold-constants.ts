import * as tf from '@tensorflow/tfjs-core';
import { emptyValues, sizeOf } from '../feeds.ts';
import type { Graph, GraphNode, GraphValue } from '../graph/graph.ts';
import { onBackend } from '../tfjs/tfjs.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/** Above this many elements a constant is worth less than the few operations that would make it. */
const largestResult = 1 << 20;

/** Computes, on TF.js's own `cpu` backend, what depends on constants only. */
export const foldConstants = (graph: Graph): Graph => rewrite(graph, [fold]);

const fold: Rewrite = (node, builder) => {
  const [output] = node.outputs;
  const inputs = Object.entries(node.inputs);
  if (output === undefined || sizeOf(output.shape) > largestResult) return null;
  if (!inputs.every(([, { origin }]) => origin.kind === 'constant')) return null;
  const values = onBackend('cpu', () => tf.tidy(() => compute(node, inputs)));
  return builder.constant(values, output);
};

function compute(node: GraphNode, inputs: [string, GraphValue][]) {
  const [output] = node.outputs;
  const tensors = inputs.map(([name, { origin, shape, dtype }]) => {
    if (origin.kind !== 'constant') throw new Error('not a constant');
    return [name, tf.tensor(origin.values.slice(), [...shape], dtype)] as const;
  });
  const list = tensors.every(([name], i) => name === String(i)) ? tensors.map(([, tensor]) => tensor) : null;
  const made = tf
    .engine()
    .runKernel<tf.Tensor | tf.Tensor[]>(
      node.kernel,
      (list ?? Object.fromEntries(tensors)) as tf.NamedTensorMap,
      node.attributes as tf.NamedAttrMap,
    );
  const [result] = Array.isArray(made) ? made : [made]; // a list of one, from Unpack and SplitV
  if (result === undefined) throw new Error(`kernel ${node.kernel} gave no result`);
  const values = emptyValues(output?.dtype ?? 'float32', result.size);
  values.set(result.dataSync<'float32'>());
  return values;
}
