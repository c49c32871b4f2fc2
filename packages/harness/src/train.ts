import { NotFiniteError, type Trainer } from '@kindred/model';
import { examplesPerStep, stepsOf, type TrainingPlan } from './plan.ts';
import type { TrialProgress } from './trial-progress.ts';
import { breathe } from './worker.ts';

/** Points of a training curve, at most. */
const curvePoints = 80;
/** Steps between two looks at the clock and at messages: enough that the engine saves what it can, few enough to stop soon. */
export const stepsAtOnce = 10;

/**
 * Spends a training budget, in parts: the last step may exceed it by less than one step's examples, or by its own time. Time between parts
 * does not count. Losses are averaged between the points of the curve.
 */
export class Training {
  readonly #trainer: Trainer;
  readonly #plan: TrainingPlan;
  readonly #progress: TrialProgress;
  readonly #steps: number;
  readonly #means = new RunningMeans();
  /** Seconds of the parts before. */
  #before = 0;

  constructor(trainer: Trainer, plan: TrainingPlan, progress: TrialProgress) {
    this.#trainer = trainer;
    this.#plan = plan;
    this.#progress = progress;
    this.#steps = stepsOf(plan);
  }

  /** Trains until `part` of `parts` equal parts of the budget are spent; at least one step, unless they are. */
  async to(part: number, parts: number): Promise<void> {
    const { budget } = this.#plan;
    const progress = this.#progress;
    const start = performance.now();
    const elapsed = (): number => this.#before + (performance.now() - start) / 1000;
    const inExamples = budget.unit === 'examples';
    const last = Math.ceil((part * this.#steps) / parts);
    const spent = (): number => (inExamples ? progress.step / this.#steps : elapsed() / budget.amount);
    const reached = (): boolean => (inExamples ? progress.step >= last : progress.fraction >= part / parts);
    /** How many steps the rest of the part is good for; by time, as far as the steps so far tell. */
    const left = (): number => {
      if (inExamples) return last - progress.step;
      return progress.step === 0 ? 1 : (progress.step / elapsed()) * ((part / parts) * budget.amount - elapsed());
    };
    while (!reached()) {
      await this.#advance(Math.max(1, Math.min(stepsAtOnce, Math.floor(left()))), spent);
      await breathe();
    }
    this.#before = elapsed();
  }

  async #advance(count: number, spent: () => number): Promise<void> {
    try {
      for (const losses of await this.#trainer.advance(count)) this.#record(losses, spent);
    } catch (error) {
      if (error instanceof NotFiniteError) for (const losses of error.before) this.#record(losses, spent);
      throw error;
    }
  }

  #record(losses: Readonly<Record<string, number>>, spent: () => number): void {
    const progress = this.#progress;
    this.#means.add(losses);
    progress.step += 1;
    progress.examples += examplesPerStep(this.#plan);
    progress.fraction = Math.min(1, spent());
    if (Math.floor(progress.fraction * curvePoints) > progress.curve.length || progress.fraction === 1) {
      progress.curve.push({ step: progress.step, examples: progress.examples, losses: this.#means.take() });
      progress.tell();
    }
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
