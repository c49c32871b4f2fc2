import { datasetCard, type Dataset, type Places } from '@kindred/data';
import { openEngine, type EngineDescription, type OpenEngineOptions } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import { join } from 'node:path';
import { openPlannedDataset } from './contender.ts';
import { openEvaluator, type Evaluator } from './evaluation/evaluator.ts';
import { sourceLikelihoodRows } from './evaluation/likelihood.ts';
import { fileNameOf } from './file-names.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { PlanContext, TrialPlan } from './plan.ts';
import { readJson, RecordStore, writeAtomically } from './record-store.ts';
import type { CalibrationRecord, DatasetCard, FeatureSpaceCard } from './suite-run.ts';

/** What is made ready once per dataset, before its trials: as plain data, it is sent to the child that does it. */
export interface PreparationPlan {
  readonly dataset: string;
  readonly dataSeed: number;
  /** Number of samples that trials draw. */
  readonly samples: number;
  /** Names of the feature spaces that trials are measured in. */
  readonly features: readonly string[];
  /**
   * How often the floor is drawn: as often as models are trained, so that intervals compare, but three to five times. 0 where real data is
   * not measured, since trials hold out classes, and no quality of theirs is.
   */
  readonly floorDraws: number;
  readonly engine: OpenEngineOptions;
  readonly fingerprint: string;
}

/** The outcome of a preparation: a file among the records. */
export interface Preparation {
  readonly schema: 1;
  readonly fingerprint: string;
  readonly card: DatasetCard;
  readonly featureSpaces: readonly FeatureSpaceCard[];
  readonly calibration: readonly CalibrationRecord[];
  readonly engine: EngineDescription;
}

/** Draws of the floor, at least and at most: how much it moves with the draw alone. */
const floorDrawsLimits = [3, 5] as const;

/** Test examples kept for sheets and scatter plots, in values. */
const keptValues = 100_000;

/** One preparation for each dataset that the trials need, in their order. */
export function planPreparations(
  trials: readonly TrialPlan[],
  { datasets, codeVersion, featureFiles }: Pick<PlanContext, 'datasets' | 'codeVersion' | 'featureFiles'>,
): PreparationPlan[] {
  // What a preparation needs of a trial is the same for all trials of a dataset: the last one of each name stays.
  const byDataset = new Map(trials.map((trial) => [trial.dataset, trial]));
  const preparationOf = ({ dataset, dataSeed, samples, features, heldOut, engine }: TrialPlan): PreparationPlan => {
    const data = datasets.find(({ name }) => name === dataset)?.hash;
    const files = features.flatMap((space) => featureFiles?.[space] ?? []);
    const seeds = new Set(trials.flatMap((trial) => (trial.dataset === dataset ? [trial.seed] : [])));
    const [fewest, most] = floorDrawsLimits;
    const floorDraws = heldOut === null ? Math.min(Math.max(seeds.size, fewest), most) : 0;
    const plan = { dataset, dataSeed, samples, features, floorDraws, engine };
    return { ...plan, fingerprint: fingerprintOf({ ...plan, files, data, code: codeVersion }) };
  };
  return [...byDataset.values()].map(preparationOf);
}

/** Trains or loads the feature extractors, measures real data, writes the dataset's card with its first test examples. */
export async function prepareDataset(
  plan: PreparationPlan,
  folders: { readonly recordsFolder: string; readonly cacheFolder: string; readonly places?: Places },
): Promise<void> {
  const store = new RecordStore(folders.recordsFolder);
  const engine = await openEngine(plan.engine);
  try {
    const dataset = await openPlannedDataset(plan, folders.places);
    const evaluator = await openEvaluator(dataset, {
      engine,
      cacheFolder: folders.cacheFolder,
      dataSeed: plan.dataSeed,
      spaces: plan.features,
    });
    try {
      const preparation: Preparation = {
        schema: 1,
        fingerprint: plan.fingerprint,
        card: await writeCard(dataset, store),
        featureSpaces: evaluator.cards,
        calibration: plan.floorDraws === 0 ? [] : await calibrate(dataset, evaluator, plan),
        engine: engine.description,
      };
      await writeAtomically(
        preparationFile(store.folder, plan.dataset),
        `${JSON.stringify(preparation, undefined, 2)}\n`,
      );
    } finally {
      await evaluator.dispose();
    }
  } finally {
    await engine.dispose();
  }
}

/** The preparation of a dataset if it is there and was made by the same plan and code. */
export async function readPreparation(
  recordsFolder: string,
  { dataset, fingerprint }: PreparationPlan,
): Promise<Preparation | undefined> {
  const found = (await readJson(preparationFile(recordsFolder, dataset))) as Partial<Preparation> | undefined;
  return found?.schema === 1 && found.fingerprint === fingerprint ? (found as Preparation) : undefined;
}

/** No trial's file: those have four parts between dots. */
function preparationFile(folder: string, dataset: string): string {
  return join(folder, `${fileNameOf(dataset)}.dataset.json`);
}

async function writeCard(dataset: Dataset, store: RecordStore): Promise<DatasetCard> {
  const { name, spec, splits, modes, alphabet, entropyRate } = dataset;
  const size = spec.shape.reduce((product: number, length) => product * length, 1);
  const kept = Math.min(splits.test.count, Math.max(100, Math.floor(keptValues / size)));
  const file = await store.writeFloats(`${fileNameOf(name)}.test`, splits.test.floats(0, kept));
  const { kind: _kind, shape: _shape, ...found } = datasetCard(dataset);
  return {
    ...found,
    spec,
    modes: modes && { ...modes, centres: [...modes.centres] },
    alphabet,
    entropyRate,
    samples: { file, count: kept, shape: [...spec.shape] },
  };
}

/** Real data in the place of samples, and the source's likelihood where it is known. */
async function calibrate(dataset: Dataset, evaluator: Evaluator, plan: PreparationPlan): Promise<CalibrationRecord[]> {
  return [
    ...(await measureFloor(dataset, evaluator, plan)),
    ...(await measureUnseen(dataset, evaluator, plan)),
    ...measureSource(dataset, plan),
  ];
}

/**
 * Training examples in the place of a model's samples: drawn without replacement, as many as trials draw. Where that takes all there are,
 * each draw is the same one, and its spread would be none: it is measured once.
 */
async function measureFloor(
  dataset: Dataset,
  evaluator: Evaluator,
  plan: PreparationPlan,
): Promise<CalibrationRecord[]> {
  const { train } = dataset.splits;
  const count = plan.samples;
  const size = dataset.spec.shape.reduce((product: number, length) => product * length, 1);
  const draws = count < train.count ? plan.floorDraws : 1;
  const records: CalibrationRecord[] = [];
  for (let seed = 0; seed < draws; seed++) {
    const chosen = new RandomStream(plan.dataSeed, 'floor', seed).permutation(train.count).subarray(0, count);
    const samples = train.gather(chosen, new Float32Array(count * size));
    records.push({
      dataset: dataset.name,
      name: 'train-against-test',
      description: 'training examples, as many as samples, measured as if a model had drawn them',
      seed,
      metrics: await evaluator.score(samples, count),
    });
  }
  return records;
}

/**
 * Validation examples in the place of a model's samples, where there are enough: what unseen real data scores. Of copying, the
 * floor says nothing, for its examples are the training split's.
 */
async function measureUnseen(
  dataset: Dataset,
  evaluator: Evaluator,
  { samples: count }: PreparationPlan,
): Promise<CalibrationRecord[]> {
  const { validation } = dataset.splits;
  if (validation.count < count) return [];
  return [
    {
      dataset: dataset.name,
      name: 'validation-against-test',
      description: 'validation examples, as many as samples, measured as if a model had drawn them',
      seed: 0,
      metrics: await evaluator.score(validation.floats(0, count), count),
    },
  ];
}

/** The source of the data in the place of a model that states a likelihood, where it is known: the least that any model can need. */
function measureSource(dataset: Dataset, plan: PreparationPlan): CalibrationRecord[] {
  const metrics = sourceLikelihoodRows(dataset, plan);
  if (metrics.length === 0) return [];
  return [
    {
      dataset: dataset.name,
      name: 'source-against-test',
      description: "what the examples were drawn from, by its own likelihood of them, as if it were a model's",
      seed: 0,
      metrics,
    },
  ];
}
