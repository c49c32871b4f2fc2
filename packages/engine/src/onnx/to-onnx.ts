import type { Variable } from '@tensorflow/tfjs-core';
import type { Graph, GraphValue } from '../graph/graph.ts';
import { kernelRule } from '../kernels/kernel-rules.ts';
import type { Values } from '../program.ts';
import { OnnxBuilder, portable, type LoweringTarget, type Wire } from './onnx-builder.ts';

/** A graph as an ONNX model, and the names that its inputs, variables and outputs have there. */
export interface OnnxModel {
  /** The bytes of the file. */
  readonly bytes: Uint8Array;
  /** The model's input by the graph's input, for those that the graph really reads. */
  readonly inputs: Readonly<Record<string, string>>;
  /** For each variable of the graph, in its order. */
  readonly variables: readonly OnnxVariable[];
  /** The model's output by the graph's output. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface OnnxVariable {
  /** The variable's own name in TF.js. */
  readonly name: string;
  /** The input that carries its value; null where nothing reads it, and where the value is written into the file. */
  readonly input: string | null;
  /** The output with its new value, in files with positional names perhaps in another shape; null where the graph does not assign it. */
  readonly output: string | null;
}

export interface ToOnnxOptions {
  /** What the operators are chosen for; portable ones by default. */
  readonly target?: LoweringTarget;
  /**
   * - `positional` (default): names by position, so that programs alike give the same bytes, whatever their variables are called
   * - `own`: the names of the program and of its variables, with a number behind where two are the same, and notes on each input
   */
  readonly names?: 'positional' | 'own';
  /** The values of a variable, to be written into the file; without it, variables come in as inputs. */
  readonly bake?: (variable: Variable) => Values;
  /** What the file says about itself. */
  readonly about?: string;
}

/** Writes a graph as an ONNX model: variables come in as inputs, and leave as outputs where the graph assigns them. */
export function toOnnx(graph: Graph, options: ToOnnxOptions = {}): OnnxModel {
  const onnx = new OnnxBuilder(options.target ?? portable);
  const { held, ...model } = namesOf(graph, options, onnx);
  const own = options.names === 'own';
  const inputs = Object.fromEntries(
    Object.entries(model.inputs).flatMap(([name, given]) => {
      const value = graph.inputValues[name];
      const about = own ? `from ${graph.inputs[name]?.source.kind ?? 'given'}` : '';
      return value === undefined ? [] : [[name, onnx.input(given, value, about)]];
    }),
  );
  const variables = graph.variables.map(({ variable, before }, i) => {
    const name = held[i];
    if (typeof name !== 'string') return null;
    if (options.bake === undefined) return onnx.input(name, before, own ? 'variable' : '');
    return onnx.named(name, options.bake(variable), before);
  });
  const results = lowerGraph(graph, onnx, { inputs, variables });
  for (const [name, wire] of Object.entries(results.outputs)) onnx.output(model.outputs[name] ?? name, wire);
  results.variables.forEach((wire, i) => {
    const output = model.variables[i]?.output;
    if (typeof output === 'string' && wire !== null) onnx.output(output, own ? wire : onnx.source(wire));
  });
  const bytes = onnx.toBytes({ name: own ? graph.name : 'program', about: options.about ?? '' });
  return { ...model, bytes };
}

/** The names of a model, and those under which it holds the variables that it reads, as inputs or baked. */
type Names = Omit<OnnxModel, 'bytes'> & { readonly held: readonly (string | null)[] };

/** Names everything that goes in and out, before the nodes get their names. */
function namesOf(graph: Graph, { names, bake }: ToOnnxOptions, onnx: OnnxBuilder): Names {
  const read = valuesRead(graph);
  const name = (own: string, positional: string) => onnx.reserve(names === 'own' ? own : positional);
  const inputs = Object.entries(graph.inputValues).filter(([, value]) => read.has(value));
  const inputNames = Object.fromEntries(inputs.map(([input], i) => [input, name(input, `in.${i}`)]));
  const held = graph.variables.map(({ variable, before }, i) =>
    read.has(before) ? name(variable.name, `var.${i}`) : null,
  );
  const outputs = Object.keys(graph.outputs);
  return {
    inputs: inputNames,
    held,
    outputs: Object.fromEntries(outputs.map((output, i) => [output, name(output, `out.${i}`)])),
    variables: graph.variables.map(({ variable, before, after }, i) => ({
      name: variable.name,
      input: bake === undefined ? (held[i] ?? null) : null,
      output: before === after ? null : name(`${variable.name}.new`, `new.${i}`),
    })),
  };
}

/** The wire of a value that has been made; of a constant, which is written when it is first used. */
function wireOf(value: GraphValue, wires: Map<GraphValue, Wire>, onnx: OnnxBuilder): Wire {
  const known = wires.get(value);
  if (known !== undefined) return known;
  if (value.origin.kind !== 'constant') throw new Error(`value ${value.id} is used before it is made`);
  const wire = onnx.constant(value.origin.values, value);
  wires.set(value, wire);
  return wire;
}

/** Writes the nodes of a graph, given the wires of what goes in; returns those of its outputs and of the variables that it assigns. */
export function lowerGraph(
  graph: Graph,
  onnx: OnnxBuilder,
  given: { readonly inputs: Readonly<Record<string, Wire>>; readonly variables: readonly (Wire | null)[] },
): { readonly outputs: Readonly<Record<string, Wire>>; readonly variables: readonly (Wire | null)[] } {
  const wires = new Map<GraphValue, Wire>();
  for (const [name, value] of Object.entries(graph.inputValues)) {
    const wire = given.inputs[name];
    if (wire !== undefined) wires.set(value, wire);
  }
  graph.variables.forEach(({ before }, i) => {
    const wire = given.variables[i];
    if (wire) wires.set(before, wire);
  });
  lowerNodes(graph, wires, onnx);
  return {
    outputs: Object.fromEntries(
      Object.entries(graph.outputs).map(([name, value]) => [name, wireOf(value, wires, onnx)]),
    ),
    variables: graph.variables.map(({ before, after }) => (before === after ? null : wireOf(after, wires, onnx))),
  };
}

function lowerNodes(graph: Graph, wires: Map<GraphValue, Wire>, onnx: OnnxBuilder): void {
  for (const node of graph.nodes) {
    const named = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => [name, wireOf(value, wires, onnx)]),
    );
    const lowered = kernelRule(node.kernel).lower({
      node,
      inputs: named,
      list: Object.values(named),
      outputs: node.outputs,
      onnx,
      wireOf: (value) => wireOf(value, wires, onnx),
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
}

/** Every value that a node or a result reads. */
function valuesRead({ nodes, outputs, variables }: Graph): Set<GraphValue> {
  const read = new Set(nodes.flatMap(({ inputs }) => Object.values(inputs)));
  for (const value of Object.values(outputs)) read.add(value);
  for (const { before, after } of variables) if (before !== after) read.add(after);
  return read;
}
