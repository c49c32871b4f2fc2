/** A number that depends on the training step; the first step is 0. */
export type Schedule = (step: number) => number;

/** The same at each step. */
export const constantRate =
  (rate: number): Schedule =>
  () =>
    rate;

/** From `from` at step 0 in a straight line to `to` at step `steps`, then `to`. */
export const linearRate =
  (from: number, to: number, steps: number): Schedule =>
  (step) =>
    from + (to - from) * progress(step, steps);

/** From `from` at step 0 along half a cosine to `to` at step `steps`, then `to`. */
export const cosineRate =
  (from: number, to: number, steps: number): Schedule =>
  (step) =>
    to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * progress(step, steps)));

/** `rate` times a factor that grows from 1 / steps at step 0 to 1 at step `steps` - 1. */
export const withWarmUp =
  (rate: Schedule, steps: number): Schedule =>
  (step) =>
    rate(step) * Math.min(1, (step + 1) / Math.max(steps, 1));

const progress = (step: number, steps: number): number => (steps <= 0 ? 1 : Math.min(Math.max(step / steps, 0), 1));
