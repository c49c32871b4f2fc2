import type { Dataset } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { frechetDistance, frechetReference } from '@kindred/metrics';
import { drawFrom, openSampler, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { drawLabels, evaluationBatch } from '../contender.ts';
import type { TrialPlan } from '../plan.ts';
import type { MetricRow } from '../record.ts';
import type { Validation } from '../suite.ts';
import { openFeatureSpaces } from './feature-space.ts';
import { openLikelihoodMeasure } from './likelihood.ts';
import { rowOf, type Measured } from './metric-table.ts';
import { lineMeasures, modeMeasures } from './sample-measures.ts';

/** Measures a model while it trains. */
export interface Checkpoints {
  /**
   * A few metrics of the model as it is now, against the validation split. The noise of samples is the same each time, so that what
   * changes is the model. A value that is not finite has no row: whether the trial fails is for its end to say.
   */
  measure(): Promise<MetricRow[]>;
  dispose(): Promise<void>;
}

export interface CheckpointSettings extends Pick<TrialPlan, 'seed' | 'dataSeed' | 'features'> {
  readonly validate: Validation;
  readonly cacheFolder: string;
}

/** The metrics of known modes that are looked at while training. */
const watchedModeMetrics: ReadonlySet<string> = new Set(['modes', 'high-quality-share']);

/** Compiles and opens once what all checkpoints of a trial need: sampler, likelihood, and the features of validation examples. */
export async function openCheckpoints(
  engine: Engine,
  model: GenerativeModel,
  dataset: Dataset,
  settings: CheckpointSettings,
): Promise<Checkpoints> {
  const { seed, dataSeed, validate } = settings;
  const count = validate.samples;
  const open: { dispose(): Promise<void> }[] = [];
  const dispose = async (): Promise<void> => {
    for (const each of open) await each.dispose();
  };
  try {
    const labels = model.conditional && drawLabels(dataset, count, new RandomStream(seed, 'checkpoint labels'));
    const sampler = await openSampler(engine, model, Math.min(count, evaluationBatch));
    open.push(sampler);
    const likelihood = await openLikelihoodMeasure(engine, model, dataset, {
      seed,
      dataSeed,
      samples: count,
      splits: ['train', 'validation'],
      stream: 'checkpoint likelihood',
    });
    open.push(likelihood);
    const quality = await openQuality(engine, dataset, settings);
    open.push(quality);
    return {
      async measure() {
        const random = new RandomStream(seed, 'checkpoint samples');
        const samples = await drawFrom(sampler, { count, random, ...(labels && { labels }) });
        const measured = samples.every(Number.isFinite) ? await quality.of(samples) : [];
        const rows = [...measured.map((row) => rowOf(row, 'validation', count)), ...(await likelihood.rows())];
        return rows.filter(({ value }) => Number.isFinite(value));
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The Fréchet distance to validation examples in the first feature space, and what is known of modes or of lines of text. */
async function openQuality(
  engine: Engine,
  dataset: Dataset,
  { features, validate, cacheFolder, dataSeed }: CheckpointSettings,
) {
  const { splits, modes } = dataset;
  const count = validate.samples;
  const [space] = await openFeatureSpaces(dataset, { engine, cacheFolder, dataSeed, spaces: features.slice(0, 1) });
  const reference = space && (await frechetReference(await space.real(splits.validation, count)));
  return {
    async of(samples: Float32Array): Promise<Measured[]> {
      const rows = lineMeasures(samples, dataset);
      if (space && reference) {
        const value = await frechetDistance(reference, await space.extractor.extract(samples, count));
        rows.push({ metric: 'frechet-distance', features: space.card.name, value });
      }
      if (!modes) return rows;
      const found = modeMeasures({ data: samples, rows: count, columns: modes.dimensions }, modes);
      return [...rows, ...found.filter(({ metric }) => watchedModeMetrics.has(metric))];
    },
    dispose: async () => space?.dispose(),
  };
}
