import { sizeOf } from '../feeds.ts';
import type { GraphValue } from './graph.ts';

/** The number that all elements of a constant share, or null. */
export function uniformValue({ origin }: GraphValue): number | null {
  if (origin.kind !== 'constant') return null;
  const [first] = origin.values;
  return first !== undefined && origin.values.every((value) => Object.is(value, first)) ? first : null;
}

/** The number in a constant of one element, or null. */
export const scalarValue = ({ origin, shape }: GraphValue): number | null =>
  origin.kind === 'constant' && sizeOf(shape) === 1 ? (origin.values[0] ?? null) : null;
