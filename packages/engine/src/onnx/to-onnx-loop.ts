import type { Graph } from '../graph/graph.ts';
import { anySize, OnnxBuilder, portable, type LoweringTarget, type Wire } from './onnx-builder.ts';
import { lowerGraph, type OnnxModel } from './to-onnx.ts';

/** A model that runs a program several times; its inputs are those of the program, stacked, and how often it runs. */
export interface OnnxLoop extends OnnxModel {
  /** The input with the number of steps: int64, a scalar. */
  readonly steps: string;
}

/**
 * Writes a graph as the body of an ONNX Loop: the variables pass from step to step inside the runtime, and leave it after the last. The
 * binding for Node copies all that a run returns, so that a step by itself costs a copy of every variable that it assigns.
 */
export function toOnnxLoop(graph: Graph, target: LoweringTarget = portable): OnnxLoop {
  const outer = new OnnxBuilder(target);
  const body = new OnnxBuilder(target);
  const step = body.input('step', { shape: [], dtype: 'int64' });
  const go = body.input('go', { shape: [], dtype: 'bool' });
  const trips = outer.input('steps', { shape: [], dtype: 'int64' });

  const inputs: Record<string, string> = {};
  const given = Object.entries(graph.inputValues).map(([name, value], i): [string, Wire] => {
    const { shape, dtype } = value;
    inputs[name] = `in.${i}`;
    const stacked = outer.input(`in.${i}`, { shape: [anySize, ...shape], dtype });
    return [name, body.op('Gather', [stacked, step], { shape, dtype }, { axis: 0 })];
  });
  const held = graph.variables.map(({ before, after }, i) => {
    const outside = outer.input(`var.${i}`, before);
    return { outside, inside: before === after ? outside : body.input(`state.${i}`, before) };
  });
  const wires = lowerGraph(graph, body, {
    inputs: Object.fromEntries(given),
    variables: held.map(({ inside }) => inside),
  });
  const assigned = graph.variables.flatMap(({ before, after }, i) => (before === after ? [] : [i]));
  body.output('go.on', go);
  wires.variables.forEach((wire, i) => wire && body.output(`state.new.${i}`, wire));
  const outputs = Object.entries(wires.outputs);
  outputs.forEach(([, wire], i) => body.output(`result.${i}`, wire));

  const states = assigned.map((i) => held[i]?.outside ?? null);
  const types = [
    ...states.map((wire) => ({ shape: wire?.shape ?? [], dtype: wire?.dtype ?? 'float32' })),
    ...outputs.map(([, { shape, dtype }]) => ({ shape: [anySize, ...shape], dtype })),
  ];
  const results = outer.ops('Loop', [trips, null, ...states], types, { body: { graph: body } });
  results.forEach((wire, i) =>
    outer.output(i < assigned.length ? `new.${assigned[i]}` : `out.${i - assigned.length}`, wire),
  );
  return {
    bytes: outer.toBytes({ name: 'steps' }),
    steps: 'steps',
    inputs,
    outputs: Object.fromEntries(outputs.map(([name], i) => [name, `out.${i}`])),
    variables: graph.variables.map(({ variable, before, after }, i) => ({
      name: variable.name,
      input: `var.${i}`,
      output: before === after ? null : `new.${i}`,
    })),
  };
}
