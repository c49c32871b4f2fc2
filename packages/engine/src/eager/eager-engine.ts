import * as tf from '@tensorflow/tfjs-core';
import type { CompiledProgram, Engine, EngineDescription } from '../engine.ts';
import { checkedFeeds, emptyValues, sizeOf } from '../feeds.ts';
import type { DType, FeedsOf, Inputs, Program, ResultsOf, TensorsOf, Values } from '../program.ts';
import { onBackend } from '../tfjs/tfjs.ts';
import { variableOf, type VariableLike } from '../variable-of.ts';

/**
 * Runs Programs op by op on a backend of TF.js itself: `cpu` (plain JavaScript: slow, the reference that tests compare
 * with) or `tensorflow` (tfjs-node or tfjs-node-gpu: native, where it is installed).
 */
export class EagerEngine implements Engine {
  readonly description: EngineDescription;
  readonly #backend: string;

  /** @param backend the name of TF.js's backend */
  constructor(description: EngineDescription, backend: string) {
    this.description = description;
    this.#backend = backend;
  }

  async compile<I extends Inputs, O extends string>(program: Program<I, O>): Promise<CompiledProgram<I, O>> {
    return {
      name: program.name,
      run: async (feeds) => this.#run(program, feeds),
      runAll: async (count, feeds) => Array.from({ length: count }, (_, run) => this.#run(program, feeds(run))),
      toOnnx: () => {
        throw new Error(
          `program ${program.name}: kind ${this.description.kind} runs op by op and has no graph to write; open the engine with ` +
            "kind 'onnx'.",
        );
      },
      dispose: async () => {},
    };
  }

  #run<I extends Inputs, O extends string>(program: Program<I, O>, feeds: FeedsOf<I>): ResultsOf<O> {
    const checked = checkedFeeds(program.name, program.inputs, feeds);
    return onBackend(this.#backend, () => {
      const results: Record<string, Values> = {};
      tf.tidy(() => {
        const tensors = Object.fromEntries(
          checked.map(([input, { shape, dtype }, values]) => [input, tf.tensor(values.slice(), [...shape], dtype)]),
        );
        const outputs = program.body(tensors as TensorsOf<I>);
        for (const [output, tensor] of Object.entries<tf.Tensor>(outputs)) {
          results[output] = valuesOf(tensor);
        }
      });
      return results as ResultsOf<O>;
    });
  }

  read(variable: VariableLike): Values {
    return valuesOf(variableOf(variable));
  }

  write(variable: VariableLike, values: Values): void {
    assignValues(this.#backend, variableOf(variable), values);
  }

  async dispose(): Promise<void> {}
}

/** A copy of a tensor's values, in the array type of its dtype whatever the backend keeps them in. */
function valuesOf(tensor: tf.Tensor): Values {
  const values = emptyValues(tensor.dtype as DType, tensor.size);
  values.set(tensor.dataSync<'float32'>());
  return values;
}

/** Sets a variable's values on a backend of TF.js. */
export function assignValues(backend: string, variable: tf.Variable, values: Values): void {
  if (values.length !== sizeOf(variable.shape)) {
    throw new Error(
      `variable ${variable.name} of shape [${variable.shape.join(', ')}] needs ${sizeOf(variable.shape)} values, ` +
        `got ${values.length}.`,
    );
  }
  onBackend(backend, () =>
    tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape, variable.dtype as 'float32'))),
  );
}
