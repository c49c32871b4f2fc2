import { batches, openDataset, withoutClass, type Dataset, type Places, type Split } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import {
  disposeModel,
  openTrainer,
  type Batch,
  type GenerativeModel,
  type ModelFamily,
  type Trainer,
} from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { examplesPerStep, stepsOf, type Families, type TrialPlan } from './plan.ts';
import { stepsAtOnce } from './train.ts';
import { breathe } from './worker.ts';

/** Samples drawn at a time. */
export const evaluationBatch = 250;

/** Likelihoods computed at a time: a bound of k draws works on k times as many, which should still fit the processor's cache. */
export const likelihoodBatch = 20;

/** The family of a plan; the plan's validity says that it is there. */
export function familyOf(families: Families, { family: name }: Pick<TrialPlan, 'family'>): ModelFamily {
  const family = Object.hasOwn(families, name) ? families[name] : undefined;
  if (!family) throw new Error(`the worker has no family ${name}; it has ${Object.keys(families).join(', ')}.`);
  return family;
}

/** What says which dataset a plan is of: of a trial, without the class that it holds out. */
type DatasetPlan = Pick<TrialPlan, 'dataset' | 'dataSeed'> & Partial<Pick<TrialPlan, 'heldOut'>>;

/** Opens the dataset of a plan. @param places where its files are looked for; the machine's own unless given */
export async function openPlannedDataset(
  { dataset: name, dataSeed, heldOut = null }: DatasetPlan,
  places: Places | undefined,
): Promise<Dataset> {
  const dataset = await openDataset(name, { seed: dataSeed, ...(places && { places }) });
  return heldOut === null ? dataset : withoutClass(dataset, heldOut);
}

/** Builds the model of a plan, its initial parameters drawn from the trial's seed. */
export function buildModel(
  family: ModelFamily,
  dataset: Dataset,
  plan: TrialPlan,
  totalSteps: number,
): GenerativeModel {
  return family.build({
    data: dataset.spec,
    options: plan.options,
    batchSize: plan.batchSize,
    trainExamples: dataset.splits.train.count,
    totalSteps,
    random: new RandomStream(plan.seed, 'initial parameters'),
  });
}

/** Compiles the training step; batches and noise come from the trial's seed. */
export function openPlannedTrainer(
  engine: Engine,
  model: GenerativeModel,
  dataset: Dataset,
  plan: TrialPlan,
): Promise<Trainer> {
  return openTrainer(engine, model, {
    batches: batchSource(dataset.splits.train, plan, model.logLikelihood?.observation === 'binary'),
    noise: new RandomStream(plan.seed, 'training noise'),
  });
}

/** The batches of a step come as one: which examples are drawn does not depend on the size of batches. */
function batchSource(split: Split, plan: TrialPlan, isOfBits: boolean): () => Batch {
  const { seed, dataSeed } = plan;
  // Of bits drawn anew the models take care themselves.
  const bits = isOfBits && plan.binarise === 'static' ? ({ binarise: 'static', dataSeed } as const) : {};
  const source = batches(split, { batchSize: examplesPerStep(plan), seed, ...bits });
  return () => {
    const { examples, labels } = source.next();
    return labels ? { examples, labels: Int32Array.from(labels) } : { examples };
  };
}

/**
 * Classes to draw samples of, [count]: those of training examples drawn at random, so that their shares are the data's.
 *
 * @throws Error where the data has no labels: a class-conditional family must not support it
 */
export function drawLabels({ name, splits }: Dataset, count: number, random: RandomStream): Int32Array {
  const { labels, count: available } = splits.train;
  if (!labels) throw new Error(`a class-conditional model needs the classes of ${name}, which has none.`);
  return Int32Array.from({ length: count }, () => labels[random.integer(available)] ?? 0);
}

/** Share of a budget in seconds that `estimateSteps` may take. */
const probeShare = 0.05;

/**
 * Training steps that the budget allows, for schedules. Where it is in seconds, a model of the same plan is trained for a
 * twentieth of it and thrown away: an estimate that differs from run to run, as everything under such a budget does.
 */
export async function estimateSteps(
  family: ModelFamily,
  engine: Engine,
  dataset: Dataset,
  plan: TrialPlan,
): Promise<number> {
  if (plan.budget.unit === 'examples') return stepsOf(plan);
  const model = buildModel(family, dataset, plan, 1000);
  try {
    const trainer = await openPlannedTrainer(engine, model, dataset, plan);
    try {
      // The first steps are slower than the rest: memory is allocated in them.
      await trainer.advance(stepsAtOnce);
      const before = trainer.steps;
      const start = performance.now();
      const elapsed = (): number => (performance.now() - start) / 1000;
      do {
        await trainer.advance(stepsAtOnce);
        await breathe();
      } while (elapsed() < plan.budget.amount * probeShare);
      return Math.max(1, Math.round((plan.budget.amount * (trainer.steps - before)) / elapsed()));
    } finally {
      await trainer.dispose();
    }
  } finally {
    disposeModel(model);
  }
}
