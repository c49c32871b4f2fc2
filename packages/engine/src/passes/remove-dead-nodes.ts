import { Graph, type GraphNode, type GraphValue } from '../graph/graph.ts';

/** Drops the nodes that no output and no assigned variable depends on, and the variables that are then neither read nor assigned. */
export function removeDeadNodes(graph: Graph): Graph {
  const alive = new Set<GraphNode>();
  const read = new Set<GraphValue>();
  const pending = graph.results();
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (read.has(value)) continue;
    read.add(value);
    if (value.origin.kind === 'node' && !alive.has(value.origin.node)) {
      alive.add(value.origin.node);
      pending.push(...Object.values(value.origin.node.inputs));
    }
  }
  return new Graph({
    name: graph.name,
    inputs: graph.inputs,
    inputValues: graph.inputValues,
    nodes: graph.nodes.filter((node) => alive.has(node)),
    variables: graph.variables.filter(({ before, after }) => before !== after || read.has(before)),
    outputs: graph.outputs,
  });
}
