import * as tf from '@tensorflow/tfjs-core';
import { Graph } from '../graph/graph.ts';
import type { Program } from '../program.ts';
import { replacing } from '../tfjs/replacing.ts';
import { ProgramRecorder } from './program-recorder.ts';
import { recording, symbol } from './trace-backend.ts';
import { holdVariables, separateVariables, settleVariables } from './variables.ts';

/**
 * Runs a program's body once, on tensors without values, and returns what it did as a graph. Gradients need nothing of
 * their own: TF.js writes them in kernels too. Variables that the body assigns get their values back. Variables that it makes,
 * as an optimiser its slots, become state of the program and get the values that they start from.
 */
export function trace(program: Program): Graph {
  const registered = Object.values(tf.engine().state.registeredVariables);
  separateVariables(registered);
  const restore = holdVariables(registered);
  const recorder = new ProgramRecorder(registered);
  let graph: Graph | null = null;
  let failure: Error | null = null;
  try {
    graph = recording(recorder, () => inScope(program.name, () => runBody(program, recorder)));
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  } finally {
    restore();
  }
  const unsettled = settleVariables(recorder.made);
  const reason = recorder.failure ?? failure ?? unsettled;
  if (graph === null || reason !== null) {
    throw new Error(`program ${program.name}: ${reason?.message ?? 'no graph'}`, { cause: reason });
  }
  return graph;
}

function inScope<T>(name: string, work: () => T): T {
  tf.engine().startScope(name);
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}

function runBody(program: Program, recorder: ProgramRecorder): Graph {
  const inputValues = Object.fromEntries(
    Object.entries(program.inputs).map(([name, spec]) => [name, recorder.builder.input(name, spec)]),
  );
  const tensors = Object.fromEntries(Object.entries(inputValues).map(([name, value]) => [name, symbol(value)]));
  const outputs: unknown = replacing(
    'makeVariable',
    (make) =>
      (...call) =>
        recorder.makeVariable(make, call),
    () => program.body(tensors),
  );
  if (outputs instanceof Promise) {
    outputs.catch(() => {}); // refused here, whatever becomes of it
    throw new TypeError('its body is asynchronous, but a graph waits for nothing; return tensors, and await the run.');
  }
  const outputValues = Object.fromEntries(
    Object.entries(outputs as Readonly<Record<string, unknown>>).map(([name, tensor]) => {
      if (!(tensor instanceof tf.Tensor)) throw new Error(`output ${name} must be a tensor, got ${typeof tensor}`);
      return [name, recorder.resolve(tensor)];
    }),
  );
  return new Graph({
    name: program.name,
    inputs: program.inputs,
    inputValues,
    variables: recorder.variables(),
    nodes: recorder.builder.nodes,
    outputs: outputValues,
  });
}
