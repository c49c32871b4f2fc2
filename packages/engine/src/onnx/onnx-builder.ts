import { createRequire } from 'node:module';
import { create, toBinary } from '@bufbuild/protobuf';
import type { TensorType } from '../graph/graph.ts';
import type { DType, Shape, Values } from '../program.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** Dtypes of an ONNX graph: the engine's own, and int64 for shapes and indices. */
export type OnnxDType = DType | 'int64' | 'float64';

/** A value in an ONNX graph: a name with its type. */
export interface Wire {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: OnnxDType;
}

export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly graph: OnnxBuilder };

/** The size of an axis that is known only when a model runs: the number of steps. Other negative sizes are other unknown ones. */
export const anySize = -1;

/** What a graph is written for. */
export interface LoweringTarget {
  /**
   * Channels in a block of ONNX Runtime's blocked convolutions on this processor (see kernels/convolution/blocked.ts), or null to write
   * operators of the standard only, which any runtime and device takes.
   */
  readonly block: number | null;
}

/** Any runtime that reads ONNX. */
export const portable: LoweringTarget = { block: null };

/** Operator set and file format: recent enough for every rule, old enough for stock runtimes. */
const opset = 21n;
const irVersion = 10n;
const { version: producerVersion } = createRequire(import.meta.url)('../../package.json') as { version: string };

const onnxType = {
  float32: TensorProto_DataType.FLOAT,
  float64: TensorProto_DataType.DOUBLE,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  bool: TensorProto_DataType.BOOL,
} as const;

/** Writes an ONNX graph node by node. Nodes and constants that are alike are written once. */
export class OnnxBuilder {
  readonly target: LoweringTarget;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #known = new Map<string, Wire>();
  readonly #reshaped = new Map<string, Wire>();
  readonly #domains = new Set<string>();
  readonly #taken = new Set<string>();
  /** Names of what nodes make, and those that an output has renamed. */
  readonly #made = new Set<string>();
  readonly #renamed = new Map<string, string>();
  #next = 0;

  constructor(target: LoweringTarget = portable) {
    this.target = target;
  }

  /** Takes a name for an input or output, before any node is added: the name itself, or with a number where it is taken already. */
  reserve(name: string): string {
    let free = name;
    for (let i = 2; this.#taken.has(free); i++) free = `${name}_${i}`;
    this.#taken.add(free);
    return free;
  }

  /** @param about what to say of it in the file */
  input(name: string, type: WireType, about = ''): Wire {
    this.#inputs.push(valueInfo(name, type, about));
    return { name, ...type };
  }

  /** Declares `wire` as the graph's output of that name. What a node makes gets that name itself: no copy is made. */
  output(name: string, wire: Wire): void {
    this.#outputs.push(valueInfo(name, wire));
    if (this.#made.has(wire.name) && !this.#renamed.has(wire.name)) this.#renamed.set(wire.name, name);
    else this.#nodes.push(create(NodeProtoSchema, { opType: 'Identity', input: [wire.name], output: [name] }));
  }

  /**
   * Adds a node with one output of the given type.
   * @param operator an ONNX operator, with its domain in front where it has one: `com.microsoft.FusedMatMul`
   */
  op(
    operator: string,
    inputs: readonly (Wire | null)[],
    type: WireType,
    attributes: Record<string, OnnxAttribute> = {},
  ): Wire {
    const names = inputs.map((wire) => wire?.name ?? '');
    const key = `${operator}(${names.join()})${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [wire] = this.ops(operator, inputs, [type], attributes);
    if (wire === undefined) throw new Error(`${operator} has no output`);
    this.#known.set(key, wire);
    return wire;
  }

  /** Adds a node with several outputs. */
  ops(
    operator: string,
    inputs: readonly (Wire | null)[],
    types: readonly WireType[],
    attributes: Record<string, OnnxAttribute> = {},
  ): Wire[] {
    const dot = operator.lastIndexOf('.');
    const domain = operator.slice(0, Math.max(dot, 0));
    if (domain !== '') this.#domains.add(domain);
    const wires = types.map(({ shape, dtype }) => ({ name: this.#fresh('v', this.#next++), shape, dtype }));
    for (const { name } of wires) this.#made.add(name);
    for (const value of Object.values(attributes)) {
      if (typeof value === 'object' && 'graph' in value)
        for (const used of value.graph.#domains) this.#domains.add(used);
    }
    this.#nodes.push(
      create(NodeProtoSchema, {
        opType: operator.slice(dot + 1),
        domain,
        name: `${operator.slice(dot + 1)}_${this.#nodes.length}`,
        input: inputs.map((wire) => wire?.name ?? ''),
        output: wires.map(({ name }) => name),
        attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
      }),
    );
    return wires;
  }

  /** A constant tensor under a name of its own, as trained weights have. */
  named(name: string, values: Values, type: TensorType): Wire {
    this.#initializers.push(
      tensorProto(name, type, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
    );
    return { name, ...type };
  }

  /** A constant tensor. */
  constant(values: Values, type: TensorType): Wire {
    return this.#initializer(
      type.dtype,
      type.shape,
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  }

  /** A scalar constant, or one of the given shape with one element. */
  scalar(value: number, dtype: DType = 'float32', shape: Shape = []): Wire {
    const values = dtype === 'float32' ? [value] : [Math.trunc(value)];
    const array = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
    return this.constant(array.from(values), { shape, dtype });
  }

  /** A list of int64, as ONNX wants shapes, axes and starts. */
  integers(values: readonly number[]): Wire {
    const bytes = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    return this.#initializer('int64', [values.length], bytes);
  }

  /** The same elements in another shape; of a wire that was reshaped before, what it was made from is reshaped instead. */
  reshape(wire: Wire, shape: Shape): Wire {
    const source = this.#reshaped.get(wire.name) ?? wire;
    if (shape.length === source.shape.length && shape.every((size, i) => size === source.shape[i])) return source;
    const result = this.op('Reshape', [source, this.integers(shape)], { shape, dtype: wire.dtype });
    this.#reshaped.set(result.name, source);
    return result;
  }

  /** What a wire was before it was reshaped: the same elements, without a node between. A reshaped output would be a copy. */
  source(wire: Wire): Wire {
    return this.#reshaped.get(wire.name) ?? wire;
  }

  /** Has an input come in another shape of the same elements, and be reshaped before anything reads it. */
  carry({ name, shape, dtype }: Wire, outside: Shape): void {
    const index = this.#inputs.findIndex((input) => input.name === name);
    const carried = `${name}.carried`;
    this.#inputs[index] = valueInfo(carried, { shape: outside, dtype });
    const input = [carried, this.integers(shape).name];
    this.#nodes.unshift(create(NodeProtoSchema, { opType: 'Reshape', input, output: [name] }));
  }

  transpose(wire: Wire, permutation: readonly number[]): Wire {
    if (permutation.every((axis, i) => axis === i)) return wire;
    const shape = permutation.map((axis) => wire.shape[axis] ?? 1);
    if (isFreeTranspose(wire.shape, permutation)) return this.reshape(wire, shape);
    return this.op('Transpose', [wire], { shape, dtype: wire.dtype }, { perm: permutation });
  }

  cast(wire: Wire, dtype: OnnxDType): Wire {
    if (wire.dtype === dtype) return wire;
    return this.op('Cast', [wire], { shape: wire.shape, dtype }, { to: onnxType[dtype] });
  }

  /** Elements `starts` ... `ends` (exclusive) along `axes`, every `steps`-th. */
  slice(wire: Wire, range: SliceRange): Wire {
    const { starts, ends, axes } = range;
    const steps = range.steps ?? starts.map(() => 1);
    const shape = [...wire.shape];
    axes.forEach((axis, i) => {
      shape[axis] = Math.max(0, Math.ceil(((ends[i] ?? 0) - (starts[i] ?? 0)) / (steps[i] ?? 1)));
    });
    const inputs = [starts, ends, axes, steps].map((list) => this.integers(list));
    return this.op('Slice', [wire, ...inputs], { shape, dtype: wire.dtype });
  }

  /** What was written, as the body of a node such as Loop; its nodes may read values of the graph around it by name. */
  toGraph(name: string): GraphProto {
    const nodes = this.#liveNodes(this.#nodes.map((node) => this.#withNewNames(node)));
    const used = new Set(nodes.flatMap(({ input }) => input));
    return create(GraphProtoSchema, {
      name,
      node: nodes,
      // ONNX Runtime warns about each initializer that nothing reads.
      initializer: this.#initializers.filter((tensor) => used.has(tensor.name)),
      input: this.#inputs,
      output: this.#outputs,
    });
  }

  /** The model as the bytes of an .onnx file: nothing in it depends on when or where it is written. */
  toBytes({ name, about = '' }: OnnxFileInfo): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion,
      producerName: 'kindred',
      producerVersion,
      docString: about,
      opsetImport: [{ domain: '', version: opset }, ...[...this.#domains].map((domain) => ({ domain, version: 1n }))],
      graph: this.toGraph(name),
    });
    return toBinary(ModelProtoSchema, model);
  }

  /** The nodes that an output depends on, in order: rules may write more than is read in the end. */
  #liveNodes(nodes: readonly NodeProto[]): NodeProto[] {
    const wanted = new Set(this.#outputs.map(({ name }) => name));
    const live = nodes.toReversed().filter(({ output, input }) => {
      if (!output.some((name) => wanted.has(name))) return false;
      for (const name of input) wanted.add(name);
      return true;
    });
    return live.toReversed();
  }

  #withNewNames(node: NodeProto): NodeProto {
    const renew = (name: string) => this.#renamed.get(name) ?? name;
    return { ...node, input: node.input.map(renew), output: node.output.map(renew) };
  }

  /** A name for a value inside the graph. */
  #fresh(prefix: string, number: number): string {
    const name = `${prefix}${number}`;
    return this.#taken.has(name) ? this.reserve(name) : name;
  }

  #initializer(dtype: OnnxDType, shape: Shape, bytes: Uint8Array): Wire {
    const content = bytes.length > 64 ? `#${this.#initializers.length}` : Buffer.from(bytes).toString('hex');
    const key = `constant ${dtype}[${shape.join()}]${content}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const wire: Wire = { name: this.#fresh('c', this.#initializers.length), shape, dtype };
    this.#initializers.push(tensorProto(wire.name, wire, bytes));
    this.#known.set(key, wire);
    return wire;
  }
}

/** What a file says about itself. */
export interface OnnxFileInfo {
  readonly name: string;
  readonly about?: string;
}

export interface WireType {
  readonly shape: Shape;
  readonly dtype: OnnxDType;
}

export interface SliceRange {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps?: readonly number[];
}

/** Whether a transpose moves only axes of size 1: then it moves no element. */
function isFreeTranspose(shape: Shape, permutation: readonly number[]): boolean {
  const moved = permutation.filter((axis) => shape[axis] !== 1);
  return moved.every((axis, i) => i === 0 || (moved[i - 1] ?? 0) < axis);
}

function attributeProto(name: string, value: OnnxAttribute): AttributeProto {
  const { INT, INTS, STRING, FLOAT, FLOATS, GRAPH } = AttributeProto_AttributeType;
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(value) });
  }
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: INT, i: BigInt(value) });
  if ('graph' in value) return create(AttributeProtoSchema, { name, type: GRAPH, g: value.graph.toGraph(name) });
  if ('floats' in value) return create(AttributeProtoSchema, { name, type: FLOATS, floats: [...value.floats] });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: INTS, ints: value.map(BigInt) });
}

const tensorProto = (name: string, { shape, dtype }: WireType, bytes: Uint8Array): TensorProto =>
  create(TensorProtoSchema, { name, dataType: onnxType[dtype], dims: shape.map(BigInt), rawData: bytes.slice() });

function valueInfo(name: string, { shape, dtype }: WireType, about = ''): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      size === anySize
        ? { case: 'dimParam' as const, value: 'steps' }
        : size < 0
          ? { case: 'dimParam' as const, value: `size${-size}` }
          : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    docString: about,
    type: { value: { case: 'tensorType', value: { elemType: onnxType[dtype], shape: { dim } } } },
  });
}
