import * as tf from '@tensorflow/tfjs-core';
import { emptyValues } from '../feeds.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Graph, GraphValue, GraphVariable } from '../graph/graph.ts';
import { refusedKernels } from '../kernels/coverage.ts';
import { kernelRules } from '../kernels/kernel-rules.ts';
import type { DType, Program, Values } from '../program.ts';
import { recording, symbol, type Recorder } from './trace-backend.ts';

/**
 * Runs a program's body once, on tensors without values, and returns what it did as a graph. Gradients need nothing of
 * their own: TF.js writes them in kernels too. Variables that the body assigns get their values back.
 */
export function trace(program: Program): Graph {
  const builder = new GraphBuilder();
  const values = new WeakMap<object, GraphValue>();
  const variables = new Map<tf.Variable, GraphValue>();
  const registered = Object.values(tf.engine().state.registeredVariables);
  separateVariables(registered);
  const restore = holdVariables(registered);
  const owners = new Map(registered.map((variable) => [variable.dataId, variable]));

  const recorder: Recorder = {
    bind: (dataId, value) => values.set(dataId, value),
    resolve: (info) => {
      const known = values.get(info.dataId);
      if (known !== undefined) return known;
      const owner = owners.get(info.dataId);
      const value = owner === undefined ? captured(builder, info) : builder.variable(owner, typeOf(info));
      if (owner !== undefined) variables.set(owner, value);
      values.set(info.dataId, value);
      return value;
    },
    constant: (data, shape, dtype) => {
      refuseRandomNumbers();
      return builder.constant(toValues(data, checkedDtype(dtype)), { shape, dtype: checkedDtype(dtype) });
    },
    record: (kernel, inputs, attributes) => {
      const wires = Object.fromEntries(Object.entries(inputs).map(([name, info]) => [name, recorder.resolve(info)]));
      return recordNode(builder, kernel, wires, attributes);
    },
    describe: (dataId) => {
      const origin = values.get(dataId)?.origin;
      if (origin === undefined) return 'a tensor';
      return origin.kind === 'node'
        ? `the output of ${origin.node.kernel}`
        : origin.kind === 'input'
          ? `input ${origin.name}`
          : `a ${origin.kind}`;
    },
  };

  try {
    return recording(recorder, () => {
      tf.engine().startScope(program.name);
      try {
        return runBody(program, { builder, recorder, variables, registered });
      } finally {
        tf.engine().endScope();
      }
    });
  } catch (error) {
    throw new Error(`program ${program.name}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    restore();
  }
}

const randomOps = new Set([
  'dropout',
  'multinomial',
  'rand',
  'randomGamma',
  'randomNormal',
  'randomStandardNormal',
  'randomUniform',
  'randomUniformInt',
  'truncatedNormal',
]);

/** TF.js draws random numbers in JavaScript: in a graph they would be constants, the same in every run. */
function refuseRandomNumbers(): void {
  const ops = tf.engine().state.scopeStack.map(({ name }) => name.replace(/__op$/, ''));
  const random = ops.find((name) => randomOps.has(name));
  if (random !== undefined) {
    throw new Error(
      `draws random numbers with tf.${random}, which a graph would freeze; declare the noise as an input instead, with normal(shape) ` +
        'or uniform(shape).',
    );
  }
}

interface Tracing {
  readonly builder: GraphBuilder;
  readonly recorder: Recorder;
  readonly variables: Map<tf.Variable, GraphValue>;
  readonly registered: readonly tf.Variable[];
}

function runBody(program: Program, { builder, recorder, variables, registered }: Tracing): Graph {
  const before = new Map(registered.map((variable) => [variable, variable.dataId]));
  const inputValues = Object.fromEntries(
    Object.entries(program.inputs).map(([name, spec]) => [name, builder.input(name, spec)]),
  );
  const tensors = Object.fromEntries(Object.entries(inputValues).map(([name, value]) => [name, symbol(value)]));
  const outputs = program.body(tensors);
  const outputValues = Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => {
      if (!(tensor instanceof tf.Tensor)) throw new Error(`output ${name} must be a tensor, got ${typeof tensor}`);
      return [name, recorder.resolve(tensor)];
    }),
  );
  const graphVariables = registered.flatMap((variable): GraphVariable[] => {
    const assigned = before.get(variable) !== variable.dataId;
    const known = variables.get(variable);
    if (!assigned && known === undefined) return [];
    const start = known ?? builder.variable(variable, typeOf(variable));
    return [{ variable, before: start, after: assigned ? recorder.resolve(variable) : start }];
  });
  return {
    name: program.name,
    inputs: program.inputs,
    inputValues,
    variables: graphVariables,
    nodes: builder.nodes,
    outputs: outputValues,
  };
}

/** Adds one kernel to the graph; an error says why it cannot be compiled. */
export function recordNode(
  builder: GraphBuilder,
  kernel: string,
  inputs: Readonly<Record<string, GraphValue>>,
  attributes: Readonly<Record<string, unknown>>,
): GraphValue[] {
  const rule = kernelRules.get(kernel);
  const shapes = Object.entries(inputs).map(([name, { shape, dtype }]) => `${name} ${dtype}[${shape.join()}]`);
  if (rule === undefined) {
    const { reason, instead } = refusedKernels.get(kernel) ?? {
      reason: 'it has no rule',
      instead: 'write it with other ops',
    };
    throw new Error(
      `kernel ${kernel} (${shapes.join(', ')}) is not compiled by this engine: ${reason}; ${instead}, or open the engine with ` +
        "kind 'tensorflow' or 'cpu'.",
    );
  }
  try {
    const types = rule.infer({ kernel, inputs, attributes });
    return [...builder.node(kernel, inputs, plainAttributes(attributes), types).outputs];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`kernel ${kernel} (${shapes.join(', ')}): ${reason}.`, { cause: error });
  }
}

/** Attributes that were given, copied: callers of kernels may reuse their arrays. */
const plainAttributes = (attributes: Readonly<Record<string, unknown>>) =>
  structuredClone(
    Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null)),
  );

const typeOf = ({ shape, dtype }: { readonly shape: readonly number[]; readonly dtype: tf.DataType }) => ({
  shape: [...shape],
  dtype: checkedDtype(dtype),
});

function checkedDtype(dtype: tf.DataType): DType {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    throw new Error(`dtype ${dtype} is not compiled; use float32, int32 or bool`);
  return dtype;
}

function toValues(data: tf.BackendValues, dtype: DType): Values {
  const values = emptyValues(dtype, data.length);
  for (let i = 0; i < data.length; i++) values[i] = Number(data[i]);
  return values;
}

/** A tensor made outside the program: its values are known, so it is a constant. */
function captured(builder: GraphBuilder, info: tf.TensorInfo): GraphValue {
  const owner = tf.engine().state.tensorInfo.get(info.dataId)?.backend;
  if (owner === undefined) throw new Error('uses a tensor that has been disposed');
  const type = typeOf(info);
  return builder.constant(toValues(owner.readSync(info.dataId), type.dtype), type);
}

/**
 * Gives variables that share their data a copy each: `tf.variable(tf.clone(other))` makes such pairs, and a trace knows variables
 * by their data.
 */
function separateVariables(variables: readonly tf.Variable[]): void {
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
function holdVariables(variables: readonly tf.Variable[]): () => void {
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
