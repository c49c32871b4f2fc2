import type { Dataset, Places } from '@kindred/data';
import { openEngine, type Engine } from '@kindred/engine';
import {
  countParameters,
  disposeModel,
  drawSamples,
  NotFiniteError,
  type GenerativeModel,
  type Trainer,
} from '@kindred/model';
import { RandomStream } from '@kindred/random';
import {
  buildModel,
  drawLabels,
  estimateSteps,
  evaluationBatch,
  familyOf,
  openPlannedDataset,
  openPlannedTrainer,
} from './contender.ts';
import { openCheckpoints } from './evaluation/checkpoints.ts';
import { anomaliesOf } from './evaluation/anomalies.ts';
import { usesOfCodes } from './evaluation/code-uses.ts';
import { usesOfEncoder } from './evaluation/encoder-uses.ts';
import { openEvaluator } from './evaluation/evaluator.ts';
import { likelihoodRows } from './evaluation/likelihood.ts';
import { notFiniteText } from './evaluation/metric-table.ts';
import type { Sheet, Uses } from './evaluation/sheet.ts';
import { peakMemory } from './machine.ts';
import type { Families, TrialPlan } from './plan.ts';
import { emptyOutcome, recordOf, type Outcome } from './trial-record.ts';
import type { Failure, SheetRecord } from './record.ts';
import { RecordStore } from './record-store.ts';
import { Training } from './train.ts';
import { TrialProgress } from './trial-progress.ts';
import type { Tell } from './worker.ts';

export interface TrialContext {
  readonly families: Families;
  /** Folder of the records. */
  readonly recordsFolder: string;
  /** Folder of trained feature extractors. */
  readonly cacheFolder: string;
  /** Where datasets are looked for; the machine's own places unless given. */
  readonly places?: Places;
  readonly tell: Tell;
}

/** Values of samples that are kept in a file for sheets and plots, but never fewer than 100 samples, or 25 of a class. */
const keptValues = 100_000;
const keptAtLeast = { samples: 100, perClass: 25 } as const;

/**
 * Runs one trial in this process and writes its record, with the first samples beside it. What goes wrong with the model
 * (an error, a loss or sample that is not finite) is an outcome and recorded; what goes wrong with the machinery is thrown.
 */
export async function runTrial(plan: TrialPlan, context: TrialContext): Promise<void> {
  const store = new RecordStore(context.recordsFolder);
  const engine = await openEngine(plan.engine);
  try {
    const dataset = await openPlannedDataset(plan, context.places);
    const progress = new TrialProgress(context.tell);
    const outcome = emptyOutcome(progress);
    const failure = await attempt(progress, () => live({ plan, context, engine, dataset, store }, outcome));
    await store.write(recordOf(plan, outcome, { failure, peakMemory: peakMemory(), engine: engine.description }));
  } finally {
    await engine.dispose();
  }
}

interface Stage {
  readonly plan: TrialPlan;
  readonly context: TrialContext;
  readonly engine: Engine;
  readonly dataset: Dataset;
  readonly store: RecordStore;
}

/** The trial's phases in order; `outcome` holds what was reached when one of them throws. */
async function live(stage: Stage, outcome: Outcome): Promise<void> {
  const { plan, context, engine, dataset } = stage;
  const { progress } = outcome;
  const family = familyOf(context.families, plan);
  const model = await progress.during('build', async () =>
    buildModel(family, dataset, plan, await estimateSteps(family, engine, dataset, plan)),
  );
  try {
    outcome.parameters = countParameters(model.parameters);
    outcome.sampleMeaning = model.sampleMeaning;
    outcome.likelihood = model.logLikelihood?.estimator ?? 'none';
    outcome.usefulSteps = model.usefulSteps ?? Number.POSITIVE_INFINITY;
    outcome.updatesPerStep = model.updatesPerStep ?? null;
    const trainer = await progress.during('compile', () => openPlannedTrainer(engine, model, dataset, plan));
    outcome.flopsPerStep = trainer.flopsPerStep;
    try {
      await train(stage, model, trainer, outcome);
    } finally {
      await trainer.dispose();
    }
    const drawn = await progress.during('sample', () => sample(stage, model, outcome));
    await progress.during('evaluate', () => evaluate(stage, model, drawn, outcome));
  } finally {
    disposeModel(model);
  }
}

/** Spends the budget; where the plan says so, in parts, with a look at the model after each. */
async function train(stage: Stage, model: GenerativeModel, trainer: Trainer, outcome: Outcome): Promise<void> {
  const { plan, context, engine, dataset } = stage;
  const { progress, checkpoints: seen } = outcome;
  const { validate } = plan;
  const training = new Training(trainer, plan, progress);
  if (!validate) return progress.during('train', () => training.to(1, 1));
  const settings = { ...plan, validate, cacheFolder: context.cacheFolder };
  const checkpoints = await progress.during('validate', () => openCheckpoints(engine, model, dataset, settings));
  try {
    for (let part = 1; part <= validate.times; part++) {
      await progress.during('train', () => training.to(part, validate.times));
      const { step, examples } = progress;
      // Of a budget of few steps, parts may end at the same one.
      if (step === seen.at(-1)?.step) continue;
      const metrics = await progress.during('validate', () => checkpoints.measure());
      seen.push({ step, examples, metrics });
    }
  } finally {
    await checkpoints.dispose();
  }
}

/** Samples, and of a class-conditional model the classes that they were asked for. */
interface Drawn {
  readonly samples: Float32Array;
  readonly labels: Int32Array | undefined;
}

async function sample(stage: Stage, model: GenerativeModel, outcome: Outcome): Promise<Drawn> {
  const { plan, engine, dataset, store } = stage;
  const count = plan.samples;
  const random = new RandomStream(plan.seed, 'samples');
  const labels = model.conditional && drawLabels(dataset, count, new RandomStream(plan.seed, 'sample labels'));
  const batchSize = Math.min(count, evaluationBatch);
  const samples = await drawSamples(engine, model, { count, batchSize, random, ...(labels && { labels }) });
  const at = samples.findIndex((value) => !Number.isFinite(value));
  const { shape } = dataset.spec;
  const size = samples.length / count;
  if (at >= 0) throw new NotFiniteResult(`value ${at % size} of sample ${Math.floor(at / size)} is ${samples[at]}`);
  const least = Math.max(keptAtLeast.samples, labels ? keptAtLeast.perClass * dataset.spec.classes : 0);
  const kept = Math.min(count, Math.max(least, Math.floor(keptValues / size)));
  const file = await store.writeFloats(`${plan.trial}.samples`, samples.subarray(0, kept * size));
  outcome.samples = { file, count: kept, shape: [...shape], ...(labels && { labels: [...labels.subarray(0, kept)] }) };
  return { samples, labels };
}

async function evaluate(stage: Stage, model: GenerativeModel, drawn: Drawn, outcome: Outcome): Promise<void> {
  const { plan, engine, dataset, store } = stage;
  const { heldOut } = plan;
  // A test split with a class that the model never saw says nothing of its samples: there is no quality to measure.
  const { metrics, sheets } =
    heldOut === null
      ? await qualityOf(stage, model, drawn)
      : await anomaliesOf(engine, model, dataset, { ...plan, heldOut });
  if (sheets.length > 0) outcome.sheets = await writeSheets(store, plan, sheets);
  outcome.metrics = metrics.filter(({ value }) => Number.isFinite(value));
  const lost = notFiniteText(metrics);
  if (lost !== '') throw new NotFiniteResult(lost);
}

/** Quality of the samples, likelihoods, and what the encoder is good for where the plan asks for it. */
async function qualityOf(stage: Stage, model: GenerativeModel, { samples, labels }: Drawn): Promise<Uses> {
  const { plan, context, engine, dataset } = stage;
  const evaluator = await openEvaluator(dataset, {
    engine,
    cacheFolder: context.cacheFolder,
    dataSeed: plan.dataSeed,
    spaces: plan.features,
  });
  try {
    const rows = [
      ...(await evaluator.score(samples, plan.samples, labels)),
      ...(await likelihoodRows(engine, model, dataset, plan)),
    ];
    if (!plan.uses) return { metrics: rows, sheets: [] };
    const ofEncoder = await usesOfEncoder(engine, model, dataset, plan);
    const ofCodes = await usesOfCodes(engine, model, dataset, plan, evaluator.scoreMidpoints);
    return {
      metrics: [...rows, ...ofEncoder.metrics, ...ofCodes.metrics],
      sheets: [...ofEncoder.sheets, ...ofCodes.sheets],
    };
  } finally {
    await evaluator.dispose();
  }
}

async function writeSheets(store: RecordStore, { trial }: TrialPlan, sheets: readonly Sheet[]): Promise<SheetRecord[]> {
  const written: SheetRecord[] = [];
  for (const { images, ...sheet } of sheets) {
    written.push({ ...sheet, file: await store.writeFloats(`${trial}.${sheet.name}`, images) });
  }
  return written;
}

/** A sample or a metric that is infinite or no number. */
class NotFiniteResult extends Error {
  override readonly name = 'NotFiniteResult';
}

/** Null when the work succeeds, else what became of it: the failure is a result of the trial. */
async function attempt(progress: TrialProgress, work: () => Promise<void>): Promise<Failure | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const { phase, step } = progress;
    const reason = error instanceof NotFiniteError || error instanceof NotFiniteResult ? 'not-finite' : 'error';
    return { phase, reason, message: error instanceof Error ? error.message : String(error), step };
  }
}
