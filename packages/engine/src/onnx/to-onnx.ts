import type { Graph, GraphValue } from '../graph/graph.ts';
import { kernelRule } from '../kernels/kernel-rules.ts';
import { OnnxBuilder, portable, type LoweringTarget, type Wire } from './onnx-builder.ts';

/** A graph as an ONNX model, and the names that its inputs, variables and outputs have there. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** Input names, in the order of the graph's inputs that it really reads. */
  readonly inputs: readonly string[];
  /** For each variable of the graph: the input that carries its value, and the output with the new one, where it is assigned. */
  readonly variables: readonly { readonly input: string | null; readonly output: string | null }[];
  /** Output names by the graph's output names. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Writes a graph as an ONNX model: variables come in as inputs, and leave as outputs where the graph assigns them. */
export function toOnnx(graph: Graph, target: LoweringTarget = portable): OnnxModel {
  const onnx = new OnnxBuilder(target);
  const wires = new Map<GraphValue, Wire>();
  const read = valuesRead(graph);

  const inputs: string[] = [];
  for (const [name, value] of Object.entries(graph.inputValues)) {
    if (!read.has(value)) continue;
    wires.set(value, onnx.input(`in.${name}`, value));
    inputs.push(name);
  }
  const variableInputs = graph.variables.map(({ before }, i) => {
    if (!read.has(before)) return null;
    wires.set(before, onnx.input(`var.${i}`, before));
    return `var.${i}`;
  });

  const wireOf = (value: GraphValue): Wire => {
    const known = wires.get(value);
    if (known !== undefined) return known;
    if (value.origin.kind !== 'constant') throw new Error(`value ${value.id} is used before it is made`);
    const wire = onnx.constant(value.origin.values, value);
    wires.set(value, wire);
    return wire;
  };

  for (const node of graph.nodes) {
    const named = Object.fromEntries(Object.entries(node.inputs).map(([name, value]) => [name, wireOf(value)]));
    const lowered = kernelRule(node.kernel).lower({
      node,
      inputs: named,
      list: Object.values(named),
      outputs: node.outputs,
      onnx,
    });
    const list = Array.isArray(lowered) ? lowered : [lowered];
    node.outputs.forEach((output, i) => {
      const wire = list[i];
      if (wire === undefined) throw new Error(`the rule of ${node.kernel} wrote no output ${i}`);
      if (wire.shape.join() !== output.shape.join() || wire.dtype !== output.dtype) {
        throw new Error(
          `the rule of ${node.kernel} wrote ${wire.dtype}[${wire.shape.join()}] where ${output.dtype}[${output.shape.join()}] was inferred`,
        );
      }
      wires.set(output, wire);
    });
  }

  const outputs: Record<string, string> = {};
  for (const [name, value] of Object.entries(graph.outputs)) {
    onnx.output(`out.${name}`, wireOf(value));
    outputs[name] = `out.${name}`;
  }
  const variables = graph.variables.map(({ before, after }, i) => {
    if (before === after) return { input: variableInputs[i] ?? null, output: null };
    onnx.output(`new.${i}`, wireOf(after));
    return { input: variableInputs[i] ?? null, output: `new.${i}` };
  });
  return { bytes: onnx.toBytes(graph.name), inputs, variables, outputs };
}

/** Every value that a node or a result reads. */
function valuesRead({ nodes, outputs, variables }: Graph): Set<GraphValue> {
  const read = new Set(nodes.flatMap(({ inputs }) => Object.values(inputs)));
  for (const value of Object.values(outputs)) read.add(value);
  for (const { before, after } of variables) if (before !== after) read.add(after);
  return read;
}
