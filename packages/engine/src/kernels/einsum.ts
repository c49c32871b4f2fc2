import type { TensorType } from '../graph/graph.ts';
import { firstOutput, requireDtype, type KernelRule } from './rule.ts';

/** The labels of an einsum equation: of each operand, and of the result. */
export function einsumTerms(equation: unknown): { readonly terms: readonly string[][]; readonly result: string[] } {
  if (typeof equation !== 'string') throw new TypeError('attribute equation must be a string');
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  if (right === undefined) throw new Error(`takes an equation with ->, got ${equation}`);
  return { terms: left.split(',').map((term) => term.split('')), result: right.split('') };
}

/** The size of the axis that each label names. */
function sizesOf(inputs: readonly TensorType[], terms: readonly string[][]): Map<string, number> {
  const sizes = new Map<string, number>();
  inputs.forEach(({ shape }, i) => shape.forEach((size, axis) => sizes.set(terms[i]?.[axis] ?? '', size)));
  return sizes;
}

export const einsumRules: readonly KernelRule[] = [
  {
    kernel: 'Einsum',
    infer: (call) => {
      const list = Object.values(call.inputs);
      for (const input of list) requireDtype(input, 'float32');
      const { terms, result } = einsumTerms(call.attributes['equation']);
      const sizes = sizesOf(list, terms);
      return [{ shape: result.map((label) => sizes.get(label) ?? 1), dtype: 'float32' }];
    },
    lower: (lowering) => {
      const { terms, result } = einsumTerms(lowering.node.attributes['equation']);
      const equation = `${terms.map((term) => term.join('')).join()}->${result.join('')}`;
      return lowering.onnx.op('Einsum', lowering.list, firstOutput(lowering), { equation });
    },
    flops: ({ inputs, attributes }) => {
      const sizes = sizesOf(Object.values(inputs), einsumTerms(attributes['equation']).terms);
      return 2 * [...sizes.values()].reduce((a, b) => a * b, 1);
    },
  },
];
