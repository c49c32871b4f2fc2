import type { Dataset } from '@kindred/data';
import type { OpenEngineOptions } from '@kindred/engine';
import { batchesPerStep, resolveOptions, type ModelFamily } from '@kindred/model';
import { defaultSpaces, spaceProblem } from './evaluation/feature-space.ts';
import { fileNameOf } from './file-names.ts';
import { fingerprintOf } from './fingerprint.ts';
import { ProblemsError, unknownName } from './problems.ts';
import type { TrialKey } from './record.ts';
import { valueFor, type Budget, type Suite, type SuiteModel, type Validation } from './suite.ts';

/** Families by name: the list that benchmarks holds, or a test's own. */
export type Families = Readonly<Record<string, ModelFamily>>;

/** Everything that decides a trial's outcome, as plain data: it is sent to the child that runs it. */
export interface TrialPlan extends TrialKey {
  /** Hash of the plan (but for the time-out), the data and the code. */
  readonly fingerprint: string;
  /** Whether the family can model such data with these options. */
  readonly applicable: boolean;
  /** Options as validated, defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly budget: Budget;
  /** Examples per batch. */
  readonly batchSize: number;
  /** Batches that one training step takes. */
  readonly batchesPerStep: number;
  /** Seed of the dataset's splits and of its binarisation: the same for all trials of a suite. */
  readonly dataSeed: number;
  /** Number of samples to draw and to measure, and of examples to state likelihoods on. */
  readonly samples: number;
  /** Names of the feature spaces to measure in. */
  readonly features: readonly string[];
  /** How the trial is measured while it trains; null where it is not. */
  readonly validate: Validation | null;
  /** Whether the model's encoder, where it has one, is put to use. */
  readonly uses: boolean;
  /** The class that the trial trains without, to find it as an anomaly; null where the suite does not ask for that. */
  readonly heldOut: number | null;
  /** What models of binary images are trained on: bits drawn anew each time, or once. */
  readonly binarise: Suite['binarise'];
  /** Seconds that the trial may take. */
  readonly timeout: number;
  readonly engine: OpenEngineOptions;
}

/** What planning must know of a dataset. */
export type PlannedDataset = Pick<Dataset, 'name' | 'spec' | 'hash'> & {
  readonly splits: Readonly<Record<'train' | 'validation' | 'test', { readonly count: number }>>;
};

export interface PlanContext {
  readonly families: Families;
  /** The suite's datasets, at least. */
  readonly datasets: readonly PlannedDataset[];
  readonly engine: OpenEngineOptions;
  readonly codeVersion: string;
  /** SHA-256 of the files behind feature spaces named `onnx:<file>`, by that name: they decide the outcome too. */
  readonly featureFiles?: Readonly<Record<string, string>>;
}

/**
 * The trials of a suite: dataset x model x seed, in this order. Throws one ProblemsError that lists every unknown name,
 * refused option and missing budget.
 */
export function planTrials(suite: Suite, context: PlanContext): TrialPlan[] {
  const problems = [...unknownDatasets(suite, context)];
  const plans = suite.datasets.flatMap((name) => {
    const dataset = context.datasets.find((candidate) => candidate.name === name);
    if (!dataset) return [];
    return suite.models.flatMap((model, index) => {
      if (model.datasets && !model.datasets.includes(name)) return [];
      return planModel(suite, { model, path: `models[${index}]`, dataset, problems }, context);
    });
  });
  if (plans.length === 0) problems.push('models: none of them is to run on any of the datasets');
  if (problems.length > 0) throw new ProblemsError(`suite ${suite.name}`, [...new Set(problems)]);
  return plans;
}

function* unknownDatasets(suite: Suite, { datasets }: PlanContext): Iterable<string> {
  const known = datasets.map(({ name }) => name);
  for (const [i, name] of suite.datasets.entries()) {
    if (!known.includes(name)) yield `datasets[${i}]: ${unknownName('dataset', name, known)}`;
  }
  for (const [i, model] of suite.models.entries()) {
    for (const [j, name] of (model.datasets ?? []).entries()) {
      if (!suite.datasets.includes(name)) {
        yield `models[${i}].datasets[${j}]: ${unknownName('dataset of the suite', name, suite.datasets)}`;
      }
    }
  }
}

interface Cell {
  readonly model: SuiteModel;
  readonly path: string;
  readonly dataset: PlannedDataset;
  readonly problems: string[];
}

/** The trials of one model on one dataset, one per seed; what is wrong goes to `problems`. */
function planModel(suite: Suite, { model, path, dataset, problems }: Cell, context: PlanContext): TrialPlan[] {
  const family = Object.hasOwn(context.families, model.family) ? context.families[model.family] : undefined;
  if (!family) {
    problems.push(`${path}.family: ${unknownName('family', model.family, Object.keys(context.families))}`);
    return [];
  }
  const options = attempt(() => resolveOptions(family, model.variant, model.options), path, problems);
  const budget = valueFor(dataset, model.budget, suite.budget);
  const batchSize = valueFor(dataset, model.batchSize, suite.batchSize);
  const keys = `${dataset.name}, ${dataset.spec.kind} or any`;
  if (!budget) problems.push(`budget: none for dataset ${dataset.name}; add one for ${keys}`);
  if (batchSize === undefined) problems.push(`batchSize: none for dataset ${dataset.name}; add one for ${keys}`);
  const batches = options && attempt(() => batchesPerStep(family, options), path, problems);
  const seeds = model.seeds ?? valueFor(dataset, suite.seeds);
  if (!seeds) problems.push(`seeds: none for dataset ${dataset.name}; add some for ${keys}`);
  const { samples, validate } = sizesOf(suite, dataset, problems);
  const features = featuresOf(suite, dataset, problems);
  if (!options || !budget || !batches || !seeds || batchSize === undefined) return [];
  const featureFiles = features.flatMap((space) => context.featureFiles?.[space] ?? []);
  const planOf = (seed: number): TrialPlan => {
    // The time-out is not in it: it decides whether there is an outcome, and trials that ran into one are run again.
    const decisive = {
      suite: suite.name,
      trial: `${fileNameOf(dataset.name)}.${model.family}.${model.variant}.seed-${seed}`,
      dataset: dataset.name,
      family: model.family,
      variant: model.variant,
      seed,
      applicable: isApplicable(suite, dataset, family, options),
      options: { ...options },
      budget,
      batchSize,
      batchesPerStep: batches,
      dataSeed: suite.dataSeed,
      samples,
      features,
      validate,
      uses: suite.uses,
      heldOut: heldOutOf(suite, dataset, seed),
      binarise: suite.binarise,
      engine: context.engine,
    };
    const fingerprint = fingerprintOf({ ...decisive, featureFiles, data: dataset.hash, code: context.codeVersion });
    return { ...decisive, timeout: suite.timeout, fingerprint };
  };
  return seeds.map(planOf);
}

/** How many samples are measured at the end and on the way, where the dataset has as many examples to measure them against. */
function sizesOf(suite: Suite, dataset: PlannedDataset, problems: string[]): Pick<TrialPlan, 'samples' | 'validate'> {
  const { train, validation, test } = dataset.splits;
  // The floor draws as many training examples.
  const available = Math.min(test.count, train.count);
  const samples = valueFor(dataset, suite.samples) ?? available;
  if (samples > available) {
    problems.push(`samples: ${samples} exceeds the ${available} examples of ${dataset.name} to measure them against`);
  }
  const validate = valueFor(dataset, suite.validate) ?? null;
  if (validate && validate.samples > validation.count) {
    problems.push(
      `validate: ${validate.samples} samples exceed the ${validation.count} validation examples of ${dataset.name}`,
    );
  }
  return { samples, validate };
}

/** The feature spaces that a suite measures a dataset in: none where it holds out classes, of which there must be some. */
function featuresOf(suite: Suite, { name, spec }: PlannedDataset, problems: string[]): readonly string[] {
  if (suite.anomalies) {
    if (spec.classes < 2) problems.push(`anomalies: ${name} has no classes to hold out; leave it out`);
    return [];
  }
  const features = valueFor({ name, spec }, suite.features) ?? defaultSpaces(spec);
  for (const space of features) {
    const problem = spaceProblem(space, spec);
    if (problem) problems.push(`features: ${problem}`);
  }
  return features;
}

/** The class that a trial of this seed trains without; null where none is held out. */
function heldOutOf({ anomalies }: Suite, { spec: { classes } }: PlannedDataset, seed: number): number | null {
  return anomalies && classes > 0 ? seed % classes : null;
}

/**
 * Whether the family can model the data. Where a class is held out it must do so without classes: a class-conditional model could only be asked
 * about the anomalies by telling it their class, which it never saw.
 */
function isApplicable<Options extends object>(
  { anomalies }: Suite,
  { spec }: PlannedDataset,
  family: ModelFamily<Options>,
  options: Options,
): boolean {
  return family.supports(anomalies ? { ...spec, classes: 0 } : spec, options);
}

function attempt<T>(work: () => T, path: string, problems: string[]): T | undefined {
  try {
    return work();
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** What says how many examples training takes. */
export type TrainingPlan = Pick<TrialPlan, 'budget' | 'batchSize' | 'batchesPerStep'>;

/** Examples of one training step, all its batches together. */
export function examplesPerStep({ batchSize, batchesPerStep: batches }: Omit<TrainingPlan, 'budget'>): number {
  return batchSize * batches;
}

/** Training steps that a budget allows; for seconds an estimate is not possible before a step has run: `Infinity`. */
export function stepsOf(plan: TrainingPlan): number {
  const { budget } = plan;
  return budget.unit === 'examples' ? Math.ceil(budget.amount / examplesPerStep(plan)) : Number.POSITIVE_INFINITY;
}
