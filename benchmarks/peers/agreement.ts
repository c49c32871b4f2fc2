import type { Values } from '@kindred/engine';

/** Two losses agree where they differ by no more than this share of the larger. */
export const lossTolerance = 1e-3;
/** Two values of a sample agree where they differ by no more than this; pixels and logits are of order 1. */
export const sampleTolerance = 1e-3;
/** The share of a sample's values that must agree: where a draw falls on the edge, rounding decides it. */
export const leastAgreement = 0.99;

/** The largest relative difference of two lists of losses, unit by unit; infinite where one is not finite or is missing. */
export function lossDifference(ours: readonly (readonly number[])[], peers: readonly (readonly number[])[]): number {
  const [a, b] = [ours.flat(), peers.flat()];
  if (a.length !== b.length || a.length === 0) return Number.POSITIVE_INFINITY;
  return a.reduce((largest, value, i) => Math.max(largest, relativeDifference(value, b[i] ?? Number.NaN)), 0);
}

function relativeDifference(a: number, b: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

/** The share of values on which two samples agree; 0 where their sizes differ. */
export function sampleAgreement(a: Values, b: Values): number {
  if (a.length !== b.length || a.length === 0) return 0;
  let equal = 0;
  for (let i = 0; i < a.length; i++) {
    if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) <= sampleTolerance) equal++;
  }
  return equal / a.length;
}
