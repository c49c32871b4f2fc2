import type { DataSpec } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { RandomStream } from '@kindred/random';
import type { GenerativeModel, Likelihood, ModelFamily } from '../contract.ts';
import { logLikelihoods } from '../likelihood.ts';
import { batchesPerStep, resolveOptions } from '../options.ts';
import { openReconstruction } from '../reconstruction.ts';
import { drawSamples } from '../sampling.ts';
import { openTrainer } from '../trainer.ts';
import { binarised, toyBatch, toyBatches, toyCount, toyLabels } from './toy-data.ts';

/** What one group of tests is about: a variant of a family on one kind of data. */
export interface Subject {
  readonly spec: DataSpec;
  readonly likelihood: Likelihood;
  /** Training steps. */
  readonly steps: number;
  /** Batches of eight examples per training step. */
  readonly batchesPerStep: number;
  readonly build: (seed?: number) => GenerativeModel;
}

export function subject<Options extends object>(
  family: ModelFamily<Options>,
  variant: string,
  spec: DataSpec,
  { steps, overrides }: { readonly steps: number; readonly overrides: Readonly<Record<string, unknown>> },
): Subject {
  const options = resolveOptions(family, variant, overrides);
  return {
    spec,
    likelihood: family.likelihoodOf?.(options) ?? family.likelihood,
    steps,
    batchesPerStep: batchesPerStep(family, options),
    build: (seed = 0) =>
      family.build({
        data: spec,
        options,
        batchSize: toyCount,
        trainExamples: toyCount,
        totalSteps: steps,
        random: new RandomStream(seed, 'build'),
      }),
  };
}

/** Trains on the eight toy examples; the losses of each step. */
export async function train(
  engine: Engine,
  model: GenerativeModel,
  { spec, batchesPerStep: times }: Subject,
  steps: number,
) {
  const noise = new RandomStream(0, 'training noise');
  const trainer = await openTrainer(engine, model, { batches: () => toyBatches(spec, times), noise });
  const losses: Record<string, number>[] = [];
  for (let step = 0; step < steps; step++) losses.push(await trainer.step());
  await trainer.dispose();
  return losses;
}

export const samplesDrawn = 6;
const samplesPerRun = 4; // does not divide samplesDrawn: the last batch is cut

/** Six samples; of a conditional model those of the classes 0, 1, 2, ... unless others are asked for. */
export const draw = (
  engine: Engine,
  model: GenerativeModel,
  { spec }: Subject,
  { seed = 1, labels = toyLabels(spec, samplesDrawn) }: { readonly seed?: number; readonly labels?: Int32Array } = {},
): Promise<Float32Array> =>
  drawSamples(engine, model, {
    count: samplesDrawn,
    batchSize: samplesPerRun,
    random: new RandomStream(seed, 'samples'),
    ...(model.conditional && { labels }),
  });

export const likelihoodsCounted = 7;

/** Log-likelihoods of seven of the toy examples, in runs of four: the last run is padded. */
export async function likelihoods(
  engine: Engine,
  model: GenerativeModel,
  { spec }: Subject,
  labels = toyLabels(spec, likelihoodsCounted),
): Promise<Float64Array> {
  const { examples } = toyBatch(spec);
  const observed = model.logLikelihood?.observation === 'binary' ? binarised(examples) : examples;
  return logLikelihoods(engine, model, observed.subarray(0, (observed.length / toyCount) * likelihoodsCounted), {
    count: likelihoodsCounted,
    batchSize: 4,
    random: new RandomStream(0, 'likelihood'),
    ...(model.conditional && { labels }),
  });
}

export const reconstructed = 7;

/** Seven of the toy examples, reconstructed in runs of four: the last run is padded. */
export async function reconstruct(
  engine: Engine,
  model: GenerativeModel,
  { spec }: Pick<Subject, 'spec'>,
): Promise<Float32Array> {
  const { examples } = toyBatch(spec);
  const reconstruction = await openReconstruction(engine, model, 4);
  const random = new RandomStream(0, 'reconstruction');
  const labels = model.conditional && toyLabels(spec, reconstructed);
  const some = examples.subarray(0, (examples.length / toyCount) * reconstructed);
  try {
    return await reconstruction.of(some, { count: reconstructed, random, ...(labels && { labels }) });
  } finally {
    await reconstruction.dispose();
  }
}
