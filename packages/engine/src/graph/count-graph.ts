import { sizeOf } from '../feeds.ts';
import { kernelRule } from '../kernels/kernel-rules.ts';
import type { Graph, GraphNode } from './graph.ts';

/** What one run of a graph costs. */
export interface GraphCost {
  /** Floating point operations; a multiply-add is two. Moving elements costs none. */
  readonly flops: number;
  /** Scalars in the variables that the graph reads or assigns. */
  readonly parameters: number;
  /** Bytes of the outputs of all nodes: what the graph writes if nothing is fused. */
  readonly bytes: number;
}

/** Counts a graph, node by node. */
export function countGraph(graph: Graph): GraphCost {
  return {
    flops: graph.nodes.reduce((sum, node) => sum + flopsOf(node), 0),
    parameters: graph.variables.reduce((sum, { before }) => sum + sizeOf(before.shape), 0),
    bytes: graph.nodes
      .flatMap(({ outputs }) => outputs)
      .reduce((sum, { shape, dtype }) => sum + sizeOf(shape) * (dtype === 'bool' ? 1 : 4), 0),
  };
}

const flopsOf = (node: GraphNode): number =>
  kernelRule(node.kernel).flops?.(node) ?? sizeOf(node.outputs[0]?.shape ?? []);
