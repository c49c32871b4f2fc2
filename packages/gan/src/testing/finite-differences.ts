import * as tf from '@tensorflow/tfjs-core';
import type { VariableRecord } from '@kindred/nn';

/** How far a variable's entry is moved to each side. */
const h = 4e-3;
/** Entries of a variable that are looked at, spread over it. */
const looks = 5;

/** A place where a slope was compared with a difference. */
export interface Slope {
  /** Variable and entry. */
  readonly at: string;
  /** (loss(v + h) - loss(v - h)) / (2 h) */
  readonly difference: number;
  readonly entry: number;
  readonly variable: string;
}

/**
 * Central differences of a scalar by some entries of each variable, by TF.js's own cpu backend. Off by h^2 / 6 of the third derivative, and by
 * the loss's rounding over 2 h: 1e-4 for losses of size 10. The variables are left as they were.
 */
export function finiteDifferences(variables: VariableRecord, loss: () => tf.Tensor): Slope[] {
  return Object.entries(variables).flatMap(([name, variable]) => {
    const start = variable.dataSync<'float32'>().slice();
    const set = (values: Float32Array): void => tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    const lossAt = (entry: number, step: number): number => {
      set(start.map((value, i) => (i === entry ? value + step : value)));
      return tf.tidy(() => loss().dataSync<'float32'>()[0] ?? Number.NaN);
    };
    const stride = Math.max(1, Math.floor(start.length / looks));
    const entries = Array.from({ length: Math.min(looks, start.length) }, (_, i) => i * stride);
    const slopes = entries.map((entry) => ({
      at: `${name}[${entry}]`,
      variable: name,
      entry,
      difference: (lossAt(entry, h) - lossAt(entry, -h)) / (2 * h),
    }));
    set(start);
    return slopes;
  });
}

/** The largest of the differences: where it is below the tolerance of `disagreements`, that has nothing to say. */
export const steepest = (slopes: readonly Slope[]): number =>
  Math.max(...slopes.map(({ difference }) => Math.abs(difference)));

/** Places where gradients differ from the differences by more than 2e-3, or that part of them; empty where all is right. */
export const disagreements = (slopes: readonly Slope[], gradients: Readonly<Record<string, ArrayLike<number>>>) =>
  slopes
    .map(({ at, variable, entry, difference }) => ({ at, difference, gradient: gradients[variable]?.[entry] }))
    .filter(
      ({ gradient, difference }) =>
        !(Math.abs((gradient ?? Number.NaN) - difference) <= 2e-3 * Math.max(1, Math.abs(difference))),
    );
