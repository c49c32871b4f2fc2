import { GraphBuilder } from '../graph/graph-builder.ts';
import { Graph, type GraphNode, type GraphValue } from '../graph/graph.ts';

/** What a node may become: another value, or itself with other inputs. */
export type Rewrite = (node: GraphNode, builder: GraphBuilder) => GraphValue | null;

/**
 * Builds a graph anew, node by node. Each node, its inputs already rewritten, is offered to the rules in turn; the first
 * value that one returns takes the place of the node's output. Nodes that become alike become one.
 */
export function rewrite(graph: Graph, rules: readonly Rewrite[]): Graph {
  const builder = new GraphBuilder();
  const renewed = new Map<GraphValue, GraphValue>();
  for (const [name, value] of Object.entries(graph.inputValues)) renewed.set(value, builder.input(name, value));
  for (const { variable, before } of graph.variables) renewed.set(before, builder.variable(variable, before));

  const valueOf = (value: GraphValue): GraphValue => {
    const known = renewed.get(value);
    if (known !== undefined) return known;
    if (value.origin.kind !== 'constant') throw new Error(`value ${value.id} is used before it is made`);
    const constant = builder.constant(value.origin.values, value);
    renewed.set(value, constant);
    return constant;
  };

  for (const node of graph.nodes) {
    const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, valueOf(value)]));
    const candidate: GraphNode = { ...node, inputs };
    const replacement = node.outputs.length === 1 ? firstMatch(rules, candidate, builder) : null;
    const outputs =
      replacement === null ? builder.node(node.kernel, inputs, node.attributes, node.outputs).outputs : [replacement];
    node.outputs.forEach((output, i) => renewed.set(output, outputs[i] ?? output));
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

function firstMatch(rules: readonly Rewrite[], node: GraphNode, builder: GraphBuilder): GraphValue | null {
  for (const rule of rules) {
    const value = rule(node, builder);
    if (value !== null) return value;
  }
  return null;
}
