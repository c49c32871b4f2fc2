import * as tf from '@tensorflow/tfjs-core';
import { emptyValues } from '../feeds.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { GraphValue, GraphVariable } from '../graph/graph.ts';
import { refusedKernels } from '../kernels/coverage.ts';
import { kernelRules } from '../kernels/kernel-rules.ts';
import type { DType, Values } from '../program.ts';
import { drawingNow } from '../tfjs/random-ops.ts';
import { fusedKernels, type Plain } from './fused-kernels.ts';
import { symbol, type Recorder } from './trace-backend.ts';
import type { MadeVariable } from './variables.ts';

type MakeVariable = ReturnType<typeof tf.engine>['makeVariable'];

/** Writes down what one program does while it is traced: kernels as nodes, tensors from outside as constants, variables as state. */
export class ProgramRecorder implements Recorder {
  readonly builder = new GraphBuilder();
  /** Variables that the program made, in order. */
  readonly made: MadeVariable[] = [];
  /** The first thing that the program did and no graph can; it counts even where the program caught the error. */
  failure: Error | null = null;
  readonly #values = new WeakMap<object, GraphValue>();
  readonly #owners: Map<object, tf.Variable>;
  /** The data that each variable had when it was first seen: another one at the end means that it was assigned. */
  readonly #first: Map<tf.Variable, object>;
  readonly #read = new Map<tf.Variable, GraphValue>();

  /** @param registered the variables that exist when the trace begins */
  constructor(registered: readonly tf.Variable[]) {
    this.#owners = new Map(registered.map((variable) => [variable.dataId, variable]));
    this.#first = new Map(registered.map((variable) => [variable, variable.dataId]));
  }

  bind(dataId: object, value: GraphValue): void {
    this.#values.set(dataId, value);
  }

  resolve(info: tf.TensorInfo): GraphValue {
    const known = this.#values.get(info.dataId);
    if (known !== undefined) return known;
    const owner = this.#owners.get(info.dataId);
    const value = owner === undefined ? captured(this.builder, info) : this.builder.variable(owner, typeOf(info));
    if (owner !== undefined) this.#read.set(owner, value);
    this.#values.set(info.dataId, value);
    return value;
  }

  constant(data: tf.BackendValues, shape: readonly number[], dtype: tf.DataType): GraphValue {
    const drawing = drawingNow();
    if (drawing !== null) throw randomDraw(drawing.caller);
    return this.builder.constant(toValues(data, checkedDtype(dtype)), { shape, dtype: checkedDtype(dtype) });
  }

  record(
    kernel: string,
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attributes: Readonly<Record<string, unknown>>,
  ): GraphValue[] {
    if (kernel === 'Multinomial') throw randomDraw('multinomial');
    const wires = Object.fromEntries(Object.entries(inputs).map(([name, info]) => [name, this.resolve(info)]));
    const fused = fusedKernels.get(kernel);
    return fused === undefined
      ? recordNode(this.builder, kernel, wires, attributes)
      : [fused({ inputs: wires, attributes, plain: this.#plain })];
  }

  readonly #plain: Plain = {
    kernel: (kernel, inputs, attributes = {}) => {
      const [output] = recordNode(this.builder, kernel, inputs, attributes);
      if (output === undefined) throw new Error(`kernel ${kernel} has no output`);
      return output;
    },
    scalar: (value) => this.builder.constant(Float32Array.of(value), { shape: [], dtype: 'float32' }),
  };

  refuseRead(dataId: object): never {
    this.failure ??= new Error(
      `reads the value of ${this.#describe(dataId)} while it is traced: a program is a graph, its values are known ` +
        'only when it runs. Return the tensor as an output, or choose by tf.where instead of by if.',
    );
    throw this.failure;
  }

  #describe(dataId: object): string {
    const origin = this.#values.get(dataId)?.origin;
    if (origin?.kind === 'node') return `the output of ${origin.node.kernel}`;
    if (origin?.kind === 'input') return `input ${origin.name}`;
    if (origin?.kind === 'variable') return `variable ${origin.variable.name}`;
    return origin === undefined ? 'a tensor' : 'a constant';
  }

  /** Makes a variable in place of TF.js: it is state, and what it starts from is kept aside. */
  makeVariable(make: MakeVariable, [initial, trainable, name, dtype]: Parameters<MakeVariable>): tf.Variable {
    const start = this.resolve(dtype === undefined || dtype === initial.dtype ? initial : tf.cast(initial, dtype));
    const variable = make(symbol(start), trainable, name); // data of its own: `initial` may be used otherwise
    const value = this.builder.variable(variable, typeOf(variable));
    this.#values.set(variable.dataId, value);
    this.#read.set(variable, value);
    this.#first.set(variable, variable.dataId);
    this.made.push({ variable, start });
    return variable;
  }

  /** The variables that the program read or assigned, as they are now. */
  variables(): GraphVariable[] {
    return [...this.#first].flatMap(([variable, first]): GraphVariable[] => {
      const assigned = first !== variable.dataId;
      const known = this.#read.get(variable);
      if (variable.isDisposed)
        throw new Error(`variable ${variable.name} is disposed inside the program; dispose of it outside`);
      if (!assigned && known === undefined) return [];
      const before = known ?? this.builder.variable(variable, typeOf(variable));
      return [{ variable, before, after: assigned ? this.resolve(variable) : before }];
    });
  }
}

/** TF.js draws random numbers in JavaScript: in a graph they would be constants, the same in every run. */
const randomDraw = (op: string) =>
  new Error(
    `draws random numbers with tf.${op}, which a graph would freeze; declare the noise as an input instead, with normal(shape) ` +
      'or uniform(shape), and hand it to layers by withNoise. A layer that draws its first weights must be built before the ' +
      'program is compiled.',
  );

/** Adds one kernel to the graph; an error says why it cannot be compiled. */
function recordNode(
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
