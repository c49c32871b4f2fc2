import { binariseSplit, type Dataset, type Split, type SplitName } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { bitsPerDimension } from '@kindred/metrics';
import { openLikelihood, type GenerativeModel, type LogLikelihood } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { likelihoodBatch } from '../contender.ts';
import { rowOf, type MetricName } from './metric-table.ts';
import type { TrialPlan } from '../plan.ts';
import type { MetricRow } from '../record.ts';

/** A likelihood that can be stated again and again, as training goes on. */
export interface LikelihoodMeasure {
  /** A row per split; none where the model states no likelihood. */
  rows(): Promise<MetricRow[]>;
  dispose(): Promise<void>;
}

export interface LikelihoodSettings extends Pick<TrialPlan, 'dataSeed' | 'seed'> {
  /** Of each split the first so many examples, or all where there are fewer. */
  readonly samples: number;
  readonly splits: readonly SplitName[];
  /** Names the stream of estimators that draw. */
  readonly stream: string;
}

/** As trials end: settings are chosen on the validation split, results are reported on the test split. */
export async function likelihoodRows(
  engine: Engine,
  model: GenerativeModel,
  dataset: Dataset,
  plan: Pick<TrialPlan, 'dataSeed' | 'seed' | 'samples'>,
): Promise<MetricRow[]> {
  const settings = { ...plan, splits: ['validation', 'test'], stream: 'likelihood' } as const;
  const measure = await openLikelihoodMeasure(engine, model, dataset, settings);
  try {
    return withBits(await measure.rows(), dataset);
  } finally {
    await measure.dispose();
  }
}

/**
 * What the source of the data itself says of it, where that is known: points by their density, windows of text by their
 * probability. The same rows as a trial's, of as many examples; no model beats them by more than chance.
 */
export function sourceLikelihoodRows(dataset: Dataset, { samples }: Pick<TrialPlan, 'samples'>): MetricRow[] {
  const { splits, spec, logDensity, logProbability } = dataset;
  const logLikelihood = logDensity ?? logProbability;
  if (!logLikelihood) return [];
  const rows = (['validation', 'test'] as const).map((name) => {
    const count = Math.min(splits[name].count, samples);
    return likelihoodRow(logLikelihood(splits[name].floats(0, count)), spec.kind, name);
  });
  return withBits(rows, dataset);
}

/** With the same in bits behind each likelihood: per character of text, per dimension of images whose intensities have a density. */
function withBits(rows: readonly MetricRow[], { spec, alphabet }: Dataset): MetricRow[] {
  return rows.flatMap((row) => {
    const { features, split, samples } = row;
    const bits = (metric: MetricName, value: number) => [row, rowOf({ metric, features, value }, split, samples)];
    if (spec.kind === 'sequence' && alphabet !== null)
      return bits('bits-per-character', row.value / spec.shape[0] / Math.LN2);
    if (spec.kind !== 'image' || features !== intensities) return [row];
    const [height, width, channels] = spec.shape;
    return bits('bits-per-dimension', bitsPerDimension(row.value, height * width * channels));
  });
}

/** The feature space of likelihoods of images that were not made binary: densities over intensities in 0 ... 1. */
const intensities = 'pixels';

/** The mean over the log-likelihoods of examples of a split, in nats, turned into a loss. */
function likelihoodRow(nats: Float64Array, features: string, split: SplitName): MetricRow {
  const value = -nats.reduce((sum, each) => sum + each, 0) / nats.length;
  return rowOf({ metric: 'negative-log-likelihood', features, value }, split, nats.length);
}

/** Examples as a model observes them. */
export interface ObservedExamples {
  readonly count: number;
  /** [count, ...shape] */
  readonly examples: Float32Array;
  /** As in rows of results: `binarised-pixels`. */
  readonly features: string;
}

/**
 * The first examples of a split, or all where there are fewer. Models of binary images observe images that were binarised once, from the
 * data seed: static binarisation, the same for all trials.
 */
export function observedExamples(
  observation: LogLikelihood['observation'],
  split: Split,
  { samples, dataSeed }: Pick<LikelihoodSettings, 'samples' | 'dataSeed'>,
): ObservedExamples {
  const count = Math.min(split.count, samples);
  const { kind } = split.spec;
  const plain = kind === 'image' ? intensities : kind;
  if (observation !== 'binary') return { count, examples: split.floats(0, count), features: plain };
  const examples = binariseSplit(split, { seed: dataSeed, count }).floats();
  return { count, examples, features: `binarised-${plain}` };
}

/** Mean negative log-likelihood in nats over the first examples of splits, as the model observes them. */
export async function openLikelihoodMeasure(
  engine: Engine,
  model: GenerativeModel,
  dataset: Dataset,
  { dataSeed, seed, samples, splits, stream }: LikelihoodSettings,
): Promise<LikelihoodMeasure> {
  if (!model.logLikelihood) return { rows: async () => [], dispose: async () => {} };
  const { observation } = model.logLikelihood;
  const parts = splits.map((name) => {
    const split = dataset.splits[name];
    const observed = observedExamples(observation, split, { samples, dataSeed });
    const labels = split.labels && { labels: Int32Array.from(split.labels.subarray(0, observed.count)) };
    return { name, ...observed, labels };
  });
  const batchSize = Math.min(likelihoodBatch, ...parts.map(({ count }) => count));
  const likelihood = await openLikelihood(engine, model, batchSize);
  return {
    async rows() {
      const rows: MetricRow[] = [];
      for (const { name, count, examples, features, labels } of parts) {
        const random = new RandomStream(seed, stream, name);
        const nats = await likelihood.of(examples, { count, random, ...labels });
        rows.push(likelihoodRow(nats, features, name));
      }
      return rows;
    },
    dispose: () => likelihood.dispose(),
  };
}
