import type { GraphParts, GraphValue } from './graph.ts';

/** The text of `Graph.toString`. */
export function printGraph(graph: GraphParts): string {
  const names = new Map<GraphValue, string>();
  for (const { variable, before } of graph.variables) names.set(before, `@${variable.name}`);
  const name = (value: GraphValue): string => names.get(value) ?? nameOf(value);
  const typed = (value: GraphValue) => `${name(value)}: ${value.dtype}[${value.shape.join(', ')}]`;
  const lines = graph.nodes.map(({ kernel, inputs, attributes, outputs }) => {
    const given = Object.entries(inputs).map(([input, value]) => `${input} = ${name(value)}`);
    const set = Object.entries(attributes).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    return `  ${outputs.map(typed).join(', ')} = ${kernel}(${[...given, ...set].join(', ')})`;
  });
  const assigned = graph.variables
    .filter(({ before, after }) => before !== after)
    .map(({ before, after }) => `  ${name(before)} <- ${name(after)}`);
  return [
    `${graph.name}(${Object.values(graph.inputValues).map(typed).join(', ')}) {`,
    ...graph.variables.map(({ before }) => `  variable ${typed(before)}`),
    ...lines,
    ...assigned,
    `  return ${Object.entries(graph.outputs)
      .map(([output, value]) => `${output} = ${name(value)}`)
      .join(', ')}`,
    '}',
  ].join('\n');
}

function nameOf({ id, origin, shape, dtype }: GraphValue): string {
  if (origin.kind === 'input') return origin.name;
  if (origin.kind !== 'constant') return `%${id}`;
  const { values } = origin;
  const [first = 0] = values;
  if (values.length === 1) return String(first);
  return values.every((value) => value === first)
    ? `${first}[${shape.join(', ')}]`
    : `constant ${dtype}[${shape.join(', ')}] #${id}`;
}
