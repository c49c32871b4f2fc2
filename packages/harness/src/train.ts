import { NotFiniteError, type Trainer } from '@kindred/model';
import { stepsOf, type TrialPlan } from './plan.ts';
import type { TrialProgress } from './trial-progress.ts';
import { breathe } from './worker.ts';

/** Points of a training curve, at most. */
const curvePoints = 80;
/** Steps between two looks at the clock and at messages: enough that the engine saves what it can, few enough to stop soon. */
export const stepsAtOnce = 10;

/**
 * Trains until the budget is spent: the last step may exceed it by less than one batch, or by its own time. Losses are
 * averaged between the points of the curve.
 */
export async function train(
  trainer: Trainer,
  plan: Pick<TrialPlan, 'budget' | 'batchSize'>,
  progress: TrialProgress,
): Promise<void> {
  const { budget, batchSize } = plan;
  const steps = stepsOf(plan);
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  const spent = (): number => (budget.unit === 'examples' ? progress.step / steps : elapsed() / budget.amount);
  const means = new RunningMeans();
  /** How many steps the rest of the budget is good for; by time, as far as the steps so far tell. */
  const left = (): number => {
    if (budget.unit === 'examples') return steps - progress.step;
    return progress.step === 0 ? 1 : (progress.step / elapsed()) * (budget.amount - elapsed());
  };
  const record = (losses: Readonly<Record<string, number>>): void => {
    means.add(losses);
    progress.step += 1;
    progress.examples += batchSize;
    progress.fraction = Math.min(1, spent());
    if (Math.floor(progress.fraction * curvePoints) > progress.curve.length || progress.fraction === 1) {
      progress.curve.push({ step: progress.step, examples: progress.examples, losses: means.take() });
      progress.tell();
    }
  };
  while (progress.fraction < 1) {
    const count = Math.max(1, Math.min(stepsAtOnce, Math.floor(left())));
    try {
      for (const losses of await trainer.advance(count)) record(losses);
    } catch (error) {
      if (error instanceof NotFiniteError) for (const losses of error.before) record(losses);
      throw error;
    }
    await breathe();
  }
}

/** Means of named values since the last `take`. */
class RunningMeans {
  #sums: Record<string, number> = {};
  #count = 0;

  add(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) this.#sums[name] = (this.#sums[name] ?? 0) + value;
    this.#count += 1;
  }

  take(): Record<string, number> {
    const means = Object.fromEntries(Object.entries(this.#sums).map(([name, sum]) => [name, sum / this.#count]));
    this.#sums = {};
    this.#count = 0;
    return means;
  }
}
