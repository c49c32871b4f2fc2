import type { Trainer } from '@kindred/model';
import { stepsOf, type TrialPlan } from './plan.ts';
import type { TrialProgress } from './trial-progress.ts';
import { breathe } from './worker.ts';

/** Points of a training curve, at most. */
const curvePoints = 80;

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
  while (progress.fraction < 1) {
    means.add(await trainer.step());
    progress.step += 1;
    progress.examples += batchSize;
    progress.fraction = Math.min(1, spent());
    if (Math.floor(progress.fraction * curvePoints) > progress.curve.length || progress.fraction === 1) {
      progress.curve.push({ step: progress.step, examples: progress.examples, losses: means.take() });
      progress.tell();
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
