import { binariseSplit, type Dataset, type SplitName } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { openLikelihood, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { likelihoodBatch } from '../contender.ts';
import { rowOf } from './metric-table.ts';
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

/** With the same in bits per character behind each likelihood of text. */
function withBits(rows: readonly MetricRow[], { spec, alphabet }: Dataset): MetricRow[] {
  if (spec.kind !== 'sequence' || alphabet === null) return [...rows];
  const [length] = spec.shape;
  return rows.flatMap((row) => {
    const { features, split, samples } = row;
    const value = row.value / length / Math.LN2;
    return [row, rowOf({ metric: 'bits-per-character', features, value }, split, samples)];
  });
}

/** The mean over the log-likelihoods of examples of a split, in nats, turned into a loss. */
function likelihoodRow(nats: Float64Array, features: string, split: SplitName): MetricRow {
  const value = -nats.reduce((sum, each) => sum + each, 0) / nats.length;
  return rowOf({ metric: 'negative-log-likelihood', features, value }, split, nats.length);
}

/**
 * Mean negative log-likelihood in nats over the first examples of splits. Models of binary images are asked about images that were
 * binarised once, from the data seed: static binarisation, the same for all trials.
 */
export async function openLikelihoodMeasure(
  engine: Engine,
  model: GenerativeModel,
  dataset: Dataset,
  { dataSeed, seed, samples, splits, stream }: LikelihoodSettings,
): Promise<LikelihoodMeasure> {
  if (!model.logLikelihood) return { rows: async () => [], dispose: async () => {} };
  const binary = model.logLikelihood.observation === 'binary';
  const plain = dataset.spec.kind === 'image' ? 'pixels' : dataset.spec.kind;
  const parts = splits.map((name) => {
    const split = binary ? binariseSplit(dataset.splits[name], { seed: dataSeed }) : dataset.splits[name];
    const count = Math.min(split.count, samples);
    const labels = split.labels && { labels: Int32Array.from(split.labels.subarray(0, count)) };
    return { name, count, examples: split.floats(0, count), labels };
  });
  const batchSize = Math.min(likelihoodBatch, ...parts.map(({ count }) => count));
  const likelihood = await openLikelihood(engine, model, batchSize);
  return {
    async rows() {
      const rows: MetricRow[] = [];
      for (const { name, count, examples, labels } of parts) {
        const random = new RandomStream(seed, stream, name);
        const nats = await likelihood.of(examples, { count, random, ...labels });
        rows.push(likelihoodRow(nats, binary ? `binarised-${plain}` : plain, name));
      }
      return rows;
    },
    dispose: () => likelihood.dispose(),
  };
}
