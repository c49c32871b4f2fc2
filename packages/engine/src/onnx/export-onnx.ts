import type { Variable } from '@tensorflow/tfjs-core';
import type { Graph } from '../graph/graph.ts';
import type { Inputs, Values } from '../program.ts';
import { toOnnx, type OnnxModel } from './to-onnx.ts';

export interface ExportOptions {
  /**
   * - `inputs` (default): variables come in as inputs, and leave as outputs where the program assigns them
   * - `baked`: variables are written into the file with their present values; for programs that assign none
   */
  readonly weights?: 'inputs' | 'baked';
}

/**
 * Writes a graph as a file that stock ONNX Runtime loads on any machine: operators are the portable ones, names the program's own,
 * and the file says what it is.
 * @param read the present values of a variable
 * @throws where weights are to be baked and the program assigns variables
 */
export function exportOnnx(graph: Graph, read: (variable: Variable) => Values, options: ExportOptions = {}): OnnxModel {
  const { weights = 'inputs' } = options;
  if (weights !== 'inputs' && weights !== 'baked') {
    throw new RangeError(`toOnnx: weights must be one of inputs, baked, got ${String(weights)}.`);
  }
  const assigned = graph.variables.filter(({ before, after }) => before !== after).map(({ variable }) => variable.name);
  if (weights === 'baked' && assigned.length > 0) {
    throw new Error(
      `toOnnx: program ${graph.name} assigns ${assigned.slice(0, 3).join(', ')}${assigned.length > 3 ? ', ...' : ''}, and a file ` +
        "cannot hold state that changes; take weights: 'inputs', or export a program that only reads them.",
    );
  }
  const about = describe(graph, weights);
  return toOnnx(graph, { names: 'own', about, ...(weights === 'baked' ? { bake: read } : {}) });
}

/** The text of the file: the program, where each of its inputs comes from, and where its weights are. */
function describe({ name, inputs, variables, outputs }: Graph, weights: 'inputs' | 'baked'): string {
  const held = weights === 'baked' ? 'written into the file' : 'inputs; new values are outputs named name.new';
  return [
    `Program ${name}.`,
    `Inputs: ${list(inputs)}.`,
    `Outputs: ${Object.keys(outputs).join(', ') || 'none'}.`,
    `Variables: ${variables.length}${variables.length > 0 ? `, ${held}` : ''}.`,
  ].join('\n');
}

const list = (inputs: Inputs): string =>
  Object.entries(inputs)
    .map(([name, { dtype, shape, source }]) => `${name}: ${dtype}[${shape.join(', ')}] from ${source.kind}`)
    .join('; ') || 'none';
