import type { GraphValue } from '../graph/graph.ts';
import type { Shape } from '../program.ts';

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
