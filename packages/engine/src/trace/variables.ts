import * as tf from '@tensorflow/tfjs-core';
import type { GraphValue } from '../graph/graph.ts';
import { evaluate } from '../passes/evaluate.ts';
import type { Values } from '../program.ts';
import { onBackend } from '../tfjs/tfjs.ts';

/**
 * Gives variables that share their data a copy each: `tf.variable(tf.clone(other))` makes such pairs, and a trace knows variables
 * by their data.
 */
export function separateVariables(variables: readonly tf.Variable[]): void {
  const seen = new Set<object>();
  for (const variable of variables) {
    if (seen.has(variable.dataId)) {
      const copy = tf.tidy(() => tf.keep(tf.tensor(variable.dataSync().slice(), variable.shape, variable.dtype)));
      variable.assign(copy);
      copy.dispose();
    }
    seen.add(variable.dataId);
  }
}

/**
 * Keeps the variables' values alive while a trace assigns symbols to them; the function returned puts them back.
 * `Variable.assign` lets go of the old data, so each gets one more reference first.
 */
export function holdVariables(variables: readonly tf.Variable[]): () => void {
  const held = variables.map((variable) => {
    const { dataId } = variable;
    const owner = tf.engine().state.tensorInfo.get(dataId)?.backend;
    if (owner === undefined) throw new Error(`variable ${variable.name} has been disposed; build the model again.`);
    owner.incRef(dataId);
    return { variable, dataId, owner };
  });
  return () => {
    for (const { variable, dataId, owner } of held) {
      if (variable.dataId !== dataId) {
        tf.engine().disposeTensor(variable);
        variable.dataId = dataId;
        tf.engine().incRef(variable, owner);
      }
      owner.disposeData(dataId);
    }
  };
}

/** A variable that a program made while it was traced, and the value that it started from. */
export interface MadeVariable {
  readonly variable: tf.Variable;
  readonly start: GraphValue;
}

/**
 * Gives the variables that a program made, such as an optimiser's slots, the values that they start from: the trace left symbols in
 * them.
 * @returns why a variable could not be given one; it is disposed then
 */
export function settleVariables(made: readonly MadeVariable[]): Error | null {
  let failure: Error | null = null;
  for (const { variable, start } of made) {
    if (variable.isDisposed) continue; // the trace has refused it
    try {
      setValues(variable, evaluate(start));
    } catch (error) {
      failure ??= new Error(
        `variable ${variable.name} is made inside the program, so it needs a start from constants, but ` +
          `${error instanceof Error ? error.message : String(error)}; make it outside the program.`,
        { cause: error },
      );
      variable.dispose();
    }
  }
  return failure;
}

/** Puts values in the place of the symbol that a variable holds. */
function setValues(variable: tf.Variable, values: Values): void {
  onBackend('cpu', () => {
    const tensor = tf.tidy(() => tf.keep(tf.tensor(values.slice(), variable.shape, variable.dtype)));
    tf.engine().disposeTensor(variable);
    variable.dataId = tensor.dataId;
    tf.engine().incRef(variable, tf.backend());
    tensor.dispose();
  });
}
