import type { Variable } from '@tensorflow/tfjs-core';
import type { Values } from '../program.ts';
import type { Attributes, GraphNode, GraphValue, Origin, TensorType } from './graph.ts';

/**
 * Grows the nodes of a graph. Nodes that are alike (same kernel, inputs and attributes) are one node, and so are constants
 * of the same bytes: common subexpressions never come into being.
 */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly #known = new Map<string, GraphNode>();
  /** Constants by type and fingerprint: those of one key differ in bytes that the fingerprint does not read. */
  readonly #constants = new Map<string, GraphValue[]>();
  #nextId = 0;

  input(name: string, type: TensorType): GraphValue {
    return this.#value(type, { kind: 'input', name });
  }

  variable(variable: Variable, type: TensorType): GraphValue {
    return this.#value(type, { kind: 'variable', variable });
  }

  /** @param values kept, not copied */
  constant(values: Values, type: TensorType): GraphValue {
    const key = `${type.dtype}[${type.shape.join()}]${fingerprint(values)}`;
    const alike = this.#constants.get(key) ?? [];
    const known = alike.find(({ origin }) => origin.kind === 'constant' && sameBytes(origin.values, values));
    if (known !== undefined) return known;
    const value = this.#value(type, { kind: 'constant', values });
    this.#constants.set(key, [...alike, value]);
    return value;
  }

  node(
    kernel: string,
    inputs: Readonly<Record<string, GraphValue>>,
    attributes: Attributes,
    types: readonly TensorType[],
  ): GraphNode {
    const wires = Object.entries(inputs).map(([name, { id }]) => `${name}:${id}`);
    const key = `${kernel}(${wires.join()})${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const outputs: GraphValue[] = [];
    const node: GraphNode = { kernel, inputs, attributes, outputs };
    types.forEach((type, output) => outputs.push(this.#value(type, { kind: 'node', node, output })));
    this.nodes.push(node);
    this.#known.set(key, node);
    return node;
  }

  #value({ shape, dtype }: TensorType, origin: Origin): GraphValue {
    return { id: this.#nextId++, shape, dtype, origin };
  }
}

const bytesOf = (values: Values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Bytes that a fingerprint reads: up to twice as many where there are no more. */
const sampled = 4096;

/** FNV-1a over bytes at even distances, about `sampled` of them: cheap for large constants too; equal hashes are compared byte by byte. */
function fingerprint(values: Values): number {
  const bytes = bytesOf(values);
  // An odd stride visits each byte of a word in turn.
  const stride = 1 + 2 * Math.floor(bytes.length / (2 * sampled));
  let hash = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at += stride) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

const sameBytes = (a: Values, b: Values): boolean => Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
