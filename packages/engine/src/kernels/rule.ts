import type { Attributes, GraphNode, GraphValue, TensorType } from '../graph/graph.ts';
import type { OnnxBuilder, Wire } from '../onnx/onnx-builder.ts';
import type { DType, Shape } from '../program.ts';

/** What a kernel was called with, while tracing. */
export interface KernelCall {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TensorType>>;
  readonly attributes: Attributes;
}

/** How the engine treats one kernel of TF.js. */
export interface KernelRule {
  readonly kernel: string;
  /** Types of the outputs; throws where the engine cannot run such a call, with the reason. */
  infer(call: KernelCall): TensorType[];
  /** Writes the kernel as ONNX nodes; returns one wire per output. */
  lower(lowering: Lowering): Wire | Wire[];
  /** Floating point operations of one run (a multiply-add is two). Without it, one per element of the first output. */
  flops?(node: GraphNode): number;
}

/** A node on its way to ONNX: its inputs as wires by name, in order as a list, and where to write. */
export interface Lowering {
  readonly node: GraphNode;
  readonly inputs: Readonly<Record<string, Wire>>;
  readonly list: readonly Wire[];
  readonly outputs: readonly GraphValue[];
  readonly onnx: OnnxBuilder;
  /** The wire of any value made before: a rule may look behind its inputs. */
  readonly wireOf: (value: GraphValue) => Wire;
}

/** The input of that name; an error that names what is missing. */
export function operand<T>(holder: { readonly inputs: Readonly<Record<string, T>> }, name: string): T {
  const value = holder.inputs[name];
  if (value === undefined) throw new Error(`input ${name} is missing`);
  return value;
}

/** The first output of a node that is being lowered. */
export function firstOutput({ outputs, node }: Lowering): GraphValue {
  const [value] = outputs;
  if (value === undefined) throw new Error(`kernel ${node.kernel} has no output`);
  return value;
}

/** An attribute that is a number. */
export function numberOf(attributes: Attributes, name: string, fallback?: number): number {
  const value = attributes[name] ?? fallback;
  if (typeof value !== 'number')
    throw new TypeError(`attribute ${name} must be a number, got ${JSON.stringify(value)}`);
  return value;
}

/** An attribute that is a list of numbers; a single number counts as a list of one. */
export function numbersOf(attributes: Attributes, name: string): number[] {
  const value = attributes[name];
  const list: unknown[] = typeof value === 'number' ? [value] : Array.isArray(value) ? value : [undefined];
  if (!list.every((item) => typeof item === 'number')) {
    throw new TypeError(`attribute ${name} must be numbers, got ${JSON.stringify(value)}`);
  }
  return list;
}

/** An attribute that is a list of pairs of numbers. */
export function pairsOf({ attributes }: Pick<KernelCall, 'attributes'>, name: string): [number, number][] {
  const value: unknown = attributes[name];
  const refusal = `attribute ${name} must be a list of pairs, got ${JSON.stringify(value)}`;
  if (!Array.isArray(value)) throw new TypeError(refusal);
  return value.map((pair: unknown) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'number')
      throw new TypeError(refusal);
    return [pair[0], pair[1]];
  });
}

/** Refuses dtypes that the kernel's lowering does not cover. */
export function requireDtype(value: TensorType, ...dtypes: DType[]): void {
  if (!dtypes.includes(value.dtype)) {
    throw new Error(`takes ${dtypes.join(' or ')}, got ${value.dtype}; cast it first`);
  }
}

/** The shape that two shapes broadcast to. */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) throw new Error(`shapes [${a.join()}] and [${b.join()}] do not broadcast`);
    return m === 1 ? n : m;
  });
}

/** Axes counted from the front, in rising order; no axes mean all of them. */
export function axesOf(axes: readonly number[], rank: number): number[] {
  const all = axes.length === 0 ? Array.from({ length: rank }, (_, i) => i) : axes.map((a) => (a < 0 ? a + rank : a));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** The shape of a node's input. */
export const inputShape = (node: GraphNode, name: string): Shape => operand(node, name).shape;

/** Below any index: where a slice that runs backwards ends so that it takes element 0 too. */
export const beforeStart = -(2 ** 31);
