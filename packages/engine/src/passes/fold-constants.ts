import { sizeOf } from '../feeds.ts';
import type { Graph } from '../graph/graph.ts';
import { computeNode } from './evaluate.ts';
import { rewrite, type Rewrite } from './rewrite.ts';

/** Above this many elements a constant is worth less than the few operations that would make it. */
const largestResult = 1 << 20;

/** Computes, on TF.js's own `cpu` backend, what depends on constants only. */
export const foldConstants = (graph: Graph): Graph => rewrite(graph, [fold]);

const fold: Rewrite = (node, builder) => {
  const [output] = node.outputs;
  if (output === undefined || sizeOf(output.shape) > largestResult) return null;
  const inputs = Object.values(node.inputs).flatMap(({ origin, shape, dtype }) =>
    origin.kind === 'constant' ? [{ shape, dtype, values: origin.values }] : [],
  );
  if (inputs.length < Object.keys(node.inputs).length) return null;
  return builder.constant(computeNode(node, inputs), output);
};
