import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binariseSplit, exampleSize, type Dataset, type Places, type Split, type SplitName } from '@kindred/data';
import { openEngine, type Engine, type InputSpec } from '@kindred/engine';
import {
  buildModel,
  familyOf,
  fileNameOf,
  openPlannedDataset,
  stepsOf,
  type Families,
  type TrialPlan,
} from '@kindred/harness';
import { disposeModel, type GenerativeModel } from '@kindred/model';
import { writeArrays, type FileArrays } from '../peers/peer-files.ts';
import { batchOrder } from './batch-order.ts';
import { isNoise, traceCheck } from './trace-check.ts';
import { twinOf } from './which.ts';

export interface ExportContext {
  readonly families: Families;
  readonly places?: Places;
  /** Shows a line. */
  readonly line: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Steps and test examples that a twin must repeat before it is trained; fewer examples where an estimator needs more numbers than that. */
const checked = { steps: 3, examples: 32, noise: 100_000 } as const;

/** The name of a trial's work: its folder under `works/`, and what the twin's line calls it. */
export const workOf = ({ suite, trial }: Pick<TrialPlan, 'suite' | 'trial'>): string => `${suite}.${trial}`;

/**
 * Writes what twins are trained on: `works/<work>/` with `plan.json`, initial parameters, the order of the batches and the check, and
 * `data/` with the examples, which works share. All trials must have a twin.
 */
export async function exportWorks(plans: readonly TrialPlan[], folder: string, context: ExportContext): Promise<void> {
  const written = new Set<string>();
  for (const plan of plans) {
    context.signal.throwIfAborted();
    const dataset = await openPlannedDataset(plan, context.places);
    const splits = splitsOf(dataset, plan);
    const data = [fileNameOf(plan.dataset), plan.dataSeed, plan.binarise, plan.samples].join('.');
    if (!written.has(data)) await writeArrays(join(folder, 'data', data), dataOf(dataset, splits));
    written.add(data);
    const engine = await openEngine(plan.engine);
    try {
      await exportWork(plan, { engine, dataset, splits, folder, data: `../../data/${data}` }, context.families);
    } finally {
      await engine.dispose();
    }
    context.line(`${workOf(plan)}: exported`);
  }
}

/** Training examples as a step gets them, and the examples that likelihoods are stated on. */
type Splits = Readonly<Record<SplitName, { readonly split: Split; readonly count: number }>>;

function splitsOf({ spec, splits }: Dataset, { binarise, dataSeed, samples }: TrialPlan): Splits {
  const bits = (split: Split): Split => (spec.kind === 'image' ? binariseSplit(split, { seed: dataSeed }) : split);
  const judged = (split: Split) => ({ split: bits(split), count: Math.min(split.count, samples) });
  const train = binarise === 'static' ? bits(splits.train) : splits.train;
  return {
    train: { split: train, count: train.count },
    validation: judged(splits.validation),
    test: judged(splits.test),
  };
}

/** What bytes are divided by to be examples. */
const scaleOf = ({ spec }: Dataset): number => (spec.kind === 'image' ? 255 : 1);

/** The splits as bytes: intensities of 256 levels, or tokens. */
function dataOf(dataset: Dataset, splits: Splits): FileArrays {
  const { spec, name } = dataset;
  if (spec.kind === 'sequence' && spec.vocabulary > 256) {
    throw new Error(`twins: tokens go into bytes, ${name} has ${spec.vocabulary}; leave it out.`);
  }
  const scale = scaleOf(dataset);
  return Object.fromEntries(
    Object.entries(splits).map(([split, { split: examples, count }]) => [
      split,
      {
        shape: [count, ...spec.shape],
        values: Uint8Array.from(examples.floats(0, count), (value) => Math.round(value * scale)),
      },
    ]),
  );
}

interface Work {
  readonly engine: Engine;
  readonly dataset: Dataset;
  readonly splits: Splits;
  /** Of the export. */
  readonly folder: string;
  /** The folder of the examples, seen from the work's. */
  readonly data: string;
}

async function exportWork(
  plan: TrialPlan,
  { engine, dataset, splits, folder, data }: Work,
  families: Families,
): Promise<void> {
  const { spec } = dataset;
  const [network, steps] = [twinOf(plan, spec), stepsOf(plan)];
  if (network === null) throw new Error(`twins: ${plan.trial} has no twin; leave it out.`);
  const order = batchOrder(splits.train.split, plan);
  const size = exampleSize(spec);
  const batches = Array.from({ length: Math.min(checked.steps, steps) }, (_, step) => {
    const places = order.values.subarray(step * plan.batchSize, (step + 1) * plan.batchSize);
    return splits.train.split.gather(places, new Float32Array(places.length * size));
  });
  const model = buildModel(familyOf(families, plan), dataset, plan, steps);
  try {
    const count = Math.min(checkedExamples(model), splits.test.count);
    const examples = splits.test.split.floats(0, count);
    const parameters = parametersOf(engine, model);
    const { check, arrays } = await traceCheck(engine, model, { seed: plan.seed, batches, examples, count });
    const at = join(folder, 'works', workOf(plan));
    await mkdir(at, { recursive: true });
    await writeArrays(at, { ...parameters, ...arrays, order });
    const { suite, trial, seed, options } = plan;
    const vocabulary = spec.kind === 'sequence' ? spec.vocabulary : 0;
    const text = { suite, trial, network, seed, steps, options, shape: spec.shape, vocabulary };
    await writeFile(join(at, 'plan.json'), JSON.stringify({ ...text, data, scale: scaleOf(dataset), check }, null, 1));
  } finally {
    disposeModel(model);
  }
}

/** So many examples that the noise of their log-likelihoods stays small, at least 1. */
function checkedExamples({ logLikelihood }: GenerativeModel): number {
  const inputs = Object.entries<InputSpec>(logLikelihood?.program(1).inputs ?? {});
  const numbers = inputs
    .filter(([, input]) => isNoise(input))
    .map(([, { shape }]) => shape.reduce((product, length) => product * length, 1))
    .reduce((sum, size) => sum + size, 1);
  return Math.max(1, Math.min(checked.examples, Math.floor(checked.noise / numbers)));
}

/** The values of a model's variables as they are. */
const parametersOf = (engine: Engine, { parameters }: GenerativeModel): FileArrays =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, variable]) => [
      `parameters/${name}`,
      { shape: variable.shape, values: engine.read(variable) },
    ]),
  );
