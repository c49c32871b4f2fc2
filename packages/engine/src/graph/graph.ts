import type { Variable } from '@tensorflow/tfjs-core';
import type { DType, Inputs, Shape, Values } from '../program.ts';
import { printGraph } from './print-graph.ts';

/** Shape and dtype of a value. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A value in a graph: an input, a variable as it was before the run, a constant, or the output of a node. */
export interface GraphValue extends TensorType {
  readonly id: number;
  readonly origin: Origin;
}

export type Origin =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'constant'; readonly values: Values }
  | { readonly kind: 'node'; readonly node: GraphNode; readonly output: number };

export type Attributes = Readonly<Record<string, unknown>>;

/** One kernel of TF.js with its inputs, in the words of TF.js: its kernel name, input names and attributes. */
export interface GraphNode {
  readonly kernel: string;
  /** Input name to value, in the kernel's order; '0', '1', ... for kernels that take a list. */
  readonly inputs: Readonly<Record<string, GraphValue>>;
  readonly attributes: Attributes;
  readonly outputs: readonly GraphValue[];
}

/** A variable that a graph reads or assigns. */
export interface GraphVariable {
  readonly variable: Variable;
  /** Its value before the run. */
  readonly before: GraphValue;
  /** Its value after the run; the same as `before` where it is only read. */
  readonly after: GraphValue;
}

/** What a graph is made of. Nodes stand in an order in which they can run. */
export interface GraphParts {
  readonly name: string;
  readonly inputs: Inputs;
  readonly inputValues: Readonly<Record<string, GraphValue>>;
  readonly variables: readonly GraphVariable[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: Readonly<Record<string, GraphValue>>;
}

/** A traced program: a value that one can print, count, transform and compile. */
export class Graph implements GraphParts {
  readonly name: string;
  readonly inputs: Inputs;
  readonly inputValues: Readonly<Record<string, GraphValue>>;
  readonly variables: readonly GraphVariable[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: Readonly<Record<string, GraphValue>>;

  constructor({ name, inputs, inputValues, variables, nodes, outputs }: GraphParts) {
    this.name = name;
    this.inputs = inputs;
    this.inputValues = inputValues;
    this.variables = variables;
    this.nodes = nodes;
    this.outputs = outputs;
  }

  /** The values that a run must produce: outputs, and the new values of assigned variables. */
  results(): GraphValue[] {
    const assigned = this.variables.filter(({ before, after }) => before !== after).map(({ after }) => after);
    return [...Object.values(this.outputs), ...assigned];
  }

  /** The graph as text that reads like a program: one line a node, with types, in the order in which it runs. */
  toString(): string {
    return printGraph(this);
  }
}
