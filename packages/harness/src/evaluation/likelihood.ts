import { binariseSplit, type Dataset, type SplitName } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { logLikelihoods, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { likelihoodBatch } from '../contender.ts';
import { metricTable } from './metric-table.ts';
import type { TrialPlan } from '../plan.ts';
import type { MetricRow } from '../record.ts';

/** Splits that likelihoods are stated on: settings are chosen on the first, results are reported on the second. */
const measured: readonly SplitName[] = ['validation', 'test'];

/**
 * Mean negative log-likelihood in nats over the first `samples` examples of a split; no row where the model states none. Models of binary images are asked
 * about images that were binarised once, from the data seed: static binarisation, the same for all trials.
 */
export async function likelihoodRows(
  engine: Engine,
  model: GenerativeModel,
  dataset: Dataset,
  { dataSeed, seed, samples }: Pick<TrialPlan, 'dataSeed' | 'seed' | 'samples'>,
): Promise<MetricRow[]> {
  if (!model.logLikelihood) return [];
  const binary = model.logLikelihood.observation === 'binary';
  const plain = dataset.spec.kind === 'image' ? 'pixels' : dataset.spec.kind;
  const rows: MetricRow[] = [];
  for (const name of measured) {
    const split = binary ? binariseSplit(dataset.splits[name], { seed: dataSeed }) : dataset.splits[name];
    const count = Math.min(split.count, samples);
    const nats = await logLikelihoods(engine, model, split.floats(0, count), {
      count,
      batchSize: Math.min(count, likelihoodBatch),
      random: new RandomStream(seed, 'likelihood', name),
    });
    const metric = 'negative-log-likelihood';
    rows.push({
      metric,
      split: name,
      features: binary ? `binarised-${plain}` : plain,
      value: -nats.reduce((sum, value) => sum + value, 0) / count,
      unit: metricTable[metric].unit,
      better: metricTable[metric].better,
      samples: count,
    });
  }
  return rows;
}
