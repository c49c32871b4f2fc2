import type { GraphValue } from '../graph/graph.ts';
import type { Shape } from '../program.ts';

/** The number that all elements of a constant share, or null. */
export function uniformValue({ origin }: GraphValue): number | null {
  if (origin.kind !== 'constant') return null;
  const [first] = origin.values;
  return first !== undefined && origin.values.every((value) => Object.is(value, first)) ? first : null;
}

export const hasShape = (value: GraphValue, shape: Shape): boolean =>
  value.shape.length === shape.length && value.shape.every((size, i) => size === shape[i]);

/** Kernels that work element by element on two operands and broadcast them. */
export const spreading: ReadonlySet<string> = new Set([
  'Add',
  'Sub',
  'Multiply',
  'RealDiv',
  'Maximum',
  'Minimum',
  'Pow',
  'SquaredDifference',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'Equal',
  'NotEqual',
]);
