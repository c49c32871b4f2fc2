import type { Places } from '@kindred/data';
import { openEngine } from '@kindred/engine';
import { disposeModel } from '@kindred/model';
import { buildModel, estimateSteps, familyOf, openPlannedDataset, openPlannedTrainer } from './contender.ts';
import { likelihoodRows } from './evaluation/likelihood.ts';
import { notFiniteText } from './evaluation/metric-table.ts';
import type { Families, TrialPlan } from './plan.ts';
import type { MetricRow } from './record.ts';
import { Training } from './train.ts';
import { TrialProgress } from './trial-progress.ts';
import type { Tell } from './worker.ts';

export interface TrainedLikelihood {
  /** Of the validation and the test split, as in the trial's record. */
  readonly rows: readonly MetricRow[];
  /** Spent on training. */
  readonly seconds: number;
}

export interface TrainedLikelihoodContext {
  readonly families: Families;
  /** Where datasets are looked for; the machine's own places unless given. */
  readonly places?: Places;
  readonly tell: Tell;
}

/**
 * Trains as the trial does, in this process, and states its likelihoods: nothing is sampled, measured or written beside them. What goes
 * wrong is thrown, a likelihood that is not finite too.
 */
export async function trainedLikelihood(
  plan: TrialPlan,
  { families, places, tell }: TrainedLikelihoodContext,
): Promise<TrainedLikelihood> {
  const engine = await openEngine(plan.engine);
  try {
    const dataset = await openPlannedDataset(plan, places);
    const family = familyOf(families, plan);
    const model = buildModel(family, dataset, plan, await estimateSteps(family, engine, dataset, plan));
    try {
      const trainer = await openPlannedTrainer(engine, model, dataset, plan);
      const progress = new TrialProgress(tell);
      try {
        await progress.during('train', () => new Training(trainer, plan, progress).to(1, 1));
      } finally {
        await trainer.dispose();
      }
      const rows = await likelihoodRows(engine, model, dataset, plan);
      const lost = notFiniteText(rows);
      if (lost !== '') throw new Error(`the trained model of ${plan.trial}: ${lost}; look at its curve in a report.`);
      return { rows, seconds: progress.seconds.train ?? 0 };
    } finally {
      disposeModel(model);
    }
  } finally {
    await engine.dispose();
  }
}
