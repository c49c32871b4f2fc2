import type { Graph } from '../graph/graph.ts';
import type { Shape } from '../program.ts';
import { anySize, OnnxBuilder, portable, type LoweringTarget, type Wire } from './onnx-builder.ts';
import { lowerGraph, type OnnxModel } from './to-onnx.ts';

/** A model that runs a program several times; its inputs are those of the program, stacked, and how often it runs. */
export interface OnnxLoop extends OnnxModel {
  /** The input with the number of steps: int64, a scalar. */
  readonly steps: string;
  /** The shapes in which assigned variables come in, and leave: the same elements as the variable's own shape has. */
  readonly shapes: Readonly<Record<string, Shape>>;
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
  const held = graph.variables.map(({ before, after }, i) =>
    before === after ? outer.input(`var.${i}`, before) : body.input(`state.${i}`, before),
  );
  const wires = lowerGraph(graph, body, { inputs: Object.fromEntries(given), variables: held });
  body.output('go.on', go);
  const states = held.flatMap((inside, i) => {
    const after = wires.variables[i];
    if (!after) return [];
    // From one step to the next a variable keeps the shape in which its new value is made: to reshape it would be to copy it.
    const carried = body.source(after);
    if (carried.shape.join() !== inside.shape.join()) body.carry(inside, carried.shape);
    body.output(`state.new.${i}`, carried);
    return [{ index: i, outside: outer.input(`var.${i}`, { shape: carried.shape, dtype: inside.dtype }) }];
  });
  const outputs = Object.entries(wires.outputs);
  outputs.forEach(([, wire], i) => body.output(`result.${i}`, wire));

  const types = [
    ...states.map(({ outside: { shape, dtype } }) => ({ shape, dtype })),
    ...outputs.map(([, { shape, dtype }]) => ({ shape: [anySize, ...shape], dtype })),
  ];
  const carriedIn = states.map(({ outside }) => outside);
  const results = outer.ops('Loop', [trips, null, ...carriedIn], types, { body: { graph: body } });
  results.forEach((wire, i) => {
    const state = states[i];
    outer.output(state ? `new.${state.index}` : `out.${i - states.length}`, wire);
  });
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
    shapes: Object.fromEntries(states.map(({ index, outside }) => [`var.${index}`, outside.shape])),
  };
}
