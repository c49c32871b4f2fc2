import type { Values } from '@kindred/engine';

/** Two losses agree where they differ by no more than this share of the largest loss of their step. */
export const lossTolerance = 1e-3;
/** Two sides' values of a metric agree where they differ by no more than this share of the largest of them. */
export const metricTolerance = 1e-4;
/** Two values of a sample agree where they differ by no more than this; pixels and tokens are of order 1 and more. */
const sampleTolerance = 1e-3;
/** The share of a sample's values that must agree: where a draw falls on the edge, rounding decides it. */
export const leastAgreement = 0.99;

/**
 * The largest difference of two sides' losses, step by step, each as a share of the largest loss of its step: the loss of a
 * Wasserstein generator alone has no zero of its own, and may well pass through it. Infinite where one is not finite or missing.
 */
export function lossDifference(ours: readonly (readonly number[])[], peers: readonly (readonly number[])[]): number {
  if (ours.length !== peers.length || ours.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(...ours.map((losses, step) => stepDifference(losses, peers[step] ?? [])));
}

function stepDifference(ours: readonly number[], peers: readonly number[]): number {
  const all = [...ours, ...peers];
  if (ours.length !== peers.length || !all.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const largest = Math.max(0, ...ours.map((loss, i) => Math.abs(loss - (peers[i] ?? 0))));
  return largest === 0 ? 0 : largest / Math.max(...all.map(Math.abs));
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
