import { GraphBuilder } from '../graph/graph-builder.ts';
import { Graph, type GraphNode, type GraphValue } from '../graph/graph.ts';

/**
 * What a node may become: another value, or itself with other inputs.
 * @param uses how often the graph before the pass reads a value of the new one
 */
export type Rewrite = (
  node: GraphNode,
  builder: GraphBuilder,
  uses: (value: GraphValue) => number,
) => GraphValue | null;

/**
 * Builds a graph anew, node by node. Each node, its inputs already rewritten, is offered to the rules in turn; the first
 * value that one returns takes the place of the node's output. Nodes that become alike become one.
 */
export function rewrite(graph: Graph, rules: readonly Rewrite[]): Graph {
  const builder = new GraphBuilder();
  const renewed = new Map<GraphValue, GraphValue>();
  const readBefore = countReads(graph);
  const reads = new Map<GraphValue, number>();
  const uses = (value: GraphValue) => reads.get(value) ?? 0;
  const renew = (old: GraphValue, value: GraphValue) => {
    renewed.set(old, value);
    reads.set(value, uses(value) + (readBefore.get(old) ?? 0));
  };
  for (const [name, value] of Object.entries(graph.inputValues)) renew(value, builder.input(name, value));
  for (const { variable, before } of graph.variables) renew(before, builder.variable(variable, before));

  const valueOf = (value: GraphValue): GraphValue => {
    const known = renewed.get(value);
    if (known !== undefined) return known;
    if (value.origin.kind !== 'constant') throw new Error(`value ${value.id} is used before it is made`);
    const constant = builder.constant(value.origin.values, value);
    renew(value, constant);
    return constant;
  };

  for (const node of graph.nodes) {
    const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, valueOf(value)]));
    const candidate: GraphNode = { ...node, inputs };
    const replacement = node.outputs.length === 1 ? firstMatch(rules, (rule) => rule(candidate, builder, uses)) : null;
    const outputs =
      replacement === null ? builder.node(node.kernel, inputs, node.attributes, node.outputs).outputs : [replacement];
    node.outputs.forEach((output, i) => renew(output, outputs[i] ?? output));
  }

  return new Graph({
    name: graph.name,
    inputs: graph.inputs,
    inputValues: Object.fromEntries(Object.entries(graph.inputValues).map(([name, value]) => [name, valueOf(value)])),
    variables: graph.variables.map(({ variable, before, after }) => ({
      variable,
      before: valueOf(before),
      after: valueOf(after),
    })),
    nodes: builder.nodes,
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, value]) => [name, valueOf(value)])),
  });
}

function firstMatch(rules: readonly Rewrite[], offer: (rule: Rewrite) => GraphValue | null): GraphValue | null {
  for (const rule of rules) {
    const value = offer(rule);
    if (value !== null) return value;
  }
  return null;
}

/** How often nodes and results read each value. */
function countReads(graph: Graph): Map<GraphValue, number> {
  const reads = new Map<GraphValue, number>();
  for (const value of [...graph.nodes.flatMap(({ inputs }) => Object.values(inputs)), ...graph.results()])
    reads.set(value, (reads.get(value) ?? 0) + 1);
  return reads;
}
