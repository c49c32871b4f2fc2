import { sizeOf } from '../feeds.ts';
import { kernelRule } from '../kernels/kernel-rules.ts';
import type { Graph, GraphNode, GraphValue } from './graph.ts';

/** What one run of a graph costs. */
export interface GraphCost {
  /** Floating point operations; a multiply-add is two. Moving elements costs none. */
  readonly flops: number;
  /** Scalars in the variables that the graph reads or assigns, slots of optimisers included. */
  readonly parameters: number;
  /** Bytes of those variables, counted once. */
  readonly parameterBytes: number;
  /** Bytes of the outputs of all nodes: what a run writes if nothing is fused and no buffer is used twice. */
  readonly activationBytes: number;
  /**
   * Bytes of the outputs of nodes that are alive at one time, at the worst: nodes run in order, and a value is freed after its
   * last reader. Results stay to the end. Fusion and buffers of the runtime's own are not counted.
   */
  readonly peakActivationBytes: number;
}

/** Counts a graph, node by node. */
export function countGraph(graph: Graph): GraphCost {
  const values = graph.nodes.flatMap(({ outputs }) => outputs);
  const befores = graph.variables.map(({ before }) => before);
  return {
    flops: graph.nodes.reduce((sum, node) => sum + flopsOf(node), 0),
    parameters: befores.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    parameterBytes: befores.reduce((sum, value) => sum + bytesOf(value), 0),
    activationBytes: values.reduce((sum, value) => sum + bytesOf(value), 0),
    peakActivationBytes: peakOf(graph),
  };
}

const flopsOf = (node: GraphNode): number =>
  kernelRule(node.kernel).flops?.(node) ?? sizeOf(node.outputs[0]?.shape ?? []);

const bytesOf = ({ shape, dtype }: GraphValue): number => sizeOf(shape) * (dtype === 'bool' ? 1 : 4);

function peakOf(graph: Graph): number {
  const { nodes } = graph;
  const lastReader = new Map<GraphValue, number>();
  nodes.forEach(({ inputs, outputs }, i) => {
    for (const value of [...outputs, ...Object.values(inputs)]) lastReader.set(value, i);
  });
  for (const result of graph.results()) lastReader.set(result, nodes.length);
  let alive = 0;
  let peak = 0;
  nodes.forEach(({ inputs, outputs }, i) => {
    for (const output of outputs) alive += bytesOf(output);
    peak = Math.max(peak, alive);
    for (const value of new Set([...outputs, ...Object.values(inputs)])) {
      if (value.origin.kind === 'node' && lastReader.get(value) === i) alive -= bytesOf(value);
    }
  });
  return peak;
}
