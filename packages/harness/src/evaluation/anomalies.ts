import type { Dataset } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { areaUnderRoc, fitLocalModel, type Images } from '@kindred/metrics';
import { openLikelihood, openReconstruction, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { evaluationBatch, likelihoodBatch } from '../contender.ts';
import type { TrialPlan } from '../plan.ts';
import { observedExamples } from './likelihood.ts';
import { rowOf, type MetricName } from './metric-table.ts';
import { mostColumns, sheetOf, type Sheet, type Uses } from './sheet.ts';

/** How anomalous a model finds each example, higher for anomalies. */
interface Score {
  /** As in the metric's name. */
  readonly by: 'likelihood' | 'likelihood-ratio' | 'reconstruction';
  readonly features: string;
  /** [count] */
  readonly values: Float64Array;
}

/** A trial's plan where a class was held out. */
export interface AnomalyPlan extends Pick<TrialPlan, 'samples' | 'seed' | 'dataSeed'> {
  readonly heldOut: number;
}

/** Scores by which a sheet is sorted: the first of these that a model has. */
const sorting = ['likelihood-ratio', 'reconstruction', 'likelihood'] as const;

/** Training images that the local model is fitted to, at most. */
const localExamples = 10_000;

/**
 * How well a model that was trained without a class tells its examples from others, on the first `samples` of the test split: the area
 * under the ROC of each score that it has, and for images a sheet of the most and the least anomalous. Nothing where the model has no
 * score, or these examples are all of one kind.
 *
 * The scores of an example x, the same for all models and all classes, higher for anomalies:
 * - likelihood: -log p(x), or its bound
 * - likelihood-ratio: log l(x) - log p(x) for models of binary images, where l is the local model (`fitLocalModel`) of the examples that the
 *   model was trained on, without the class as well; both in nats, of the same binarised image
 * - reconstruction: |x - x'|² / |x|², where the model reconstructs the image x as x'
 */
export async function anomaliesOf(
  engine: Engine,
  model: GenerativeModel,
  { spec, splits }: Pick<Dataset, 'spec' | 'splits'>,
  plan: AnomalyPlan,
): Promise<Uses> {
  const { test } = splits;
  const count = Math.min(test.count, plan.samples);
  const anomalous = Array.from(test.labels?.subarray(0, count) ?? [], (label) => label === plan.heldOut);
  if (!anomalous.includes(true) || !anomalous.includes(false)) return { metrics: [], sheets: [] };
  const images = spec.kind === 'image' ? { data: test.floats(0, count), count, shape: spec.shape } : null;
  const reconstructions = images && (await reconstructionsOf(engine, model, images, plan));
  const scores = [
    ...(await likelihoodScores(engine, model, { spec, splits }, plan)),
    ...(images && reconstructions ? [reconstructionScore(images, reconstructions)] : []),
  ];
  const metrics = scores.map(({ by, features, values }) => {
    const metric: MetricName = `anomaly-auroc-${by}`;
    const of = (kind: boolean) => values.filter((_, i) => anomalous[i] === kind);
    return rowOf({ metric, features, value: areaUnderRoc(of(false), of(true)) }, 'test', count);
  });
  const [chosen] = sorting.flatMap((by) => scores.filter((score) => score.by === by));
  return { metrics, sheets: chosen && images ? [extremes(chosen, images, reconstructions)] : [] };
}

async function likelihoodScores(
  engine: Engine,
  model: GenerativeModel,
  { spec, splits }: Pick<Dataset, 'spec' | 'splits'>,
  { samples, seed, dataSeed }: AnomalyPlan,
): Promise<Score[]> {
  if (!model.logLikelihood) return [];
  const { observation } = model.logLikelihood;
  const { examples, count, features } = observedExamples(observation, splits.test, { samples, dataSeed });
  const likelihood = await openLikelihood(engine, model, Math.min(count, likelihoodBatch));
  try {
    const nats = await likelihood.of(examples, { count, random: new RandomStream(seed, 'anomaly likelihood') });
    const surprise: Score = { by: 'likelihood', features, values: nats.map((each) => -each) };
    if (observation !== 'binary' || spec.kind !== 'image') return [surprise];
    const { shape } = spec;
    const train = observedExamples(observation, splits.train, { samples: localExamples, dataSeed });
    const local = fitLocalModel({ data: train.examples, count: train.count, shape });
    const strokes = local.negativeLogLikelihoods({ data: examples, count, shape });
    const values = surprise.values.map((each, i) => each - (strokes[i] ?? 0));
    return [surprise, { by: 'likelihood-ratio', features, values }];
  } finally {
    await likelihood.dispose();
  }
}

/** Null where the model has no encoder. */
async function reconstructionsOf(
  engine: Engine,
  model: GenerativeModel,
  { data, count, shape }: Images,
  { seed }: AnomalyPlan,
): Promise<Images | null> {
  if (!model.reconstruct) return null;
  const reconstruction = await openReconstruction(engine, model, Math.min(count, evaluationBatch));
  try {
    const random = new RandomStream(seed, 'anomaly reconstruction');
    return { data: await reconstruction.of(data, { count, random }), count, shape };
  } finally {
    await reconstruction.dispose();
  }
}

/** Relative to the image's own energy, since bright images have larger errors. One pixel's worth of it is the least: black images have none. */
function reconstructionScore({ data, count }: Images, { data: reconstructed }: Images): Score {
  const size = data.length / count;
  const values = new Float64Array(count);
  for (let image = 0; image < count; image++) {
    let [error, energy] = [0, 0];
    for (let at = image * size; at < (image + 1) * size; at++) {
      const value = data[at] ?? 0;
      error += (value - (reconstructed[at] ?? 0)) ** 2;
      energy += value ** 2;
    }
    values[image] = error / Math.max(energy, 1);
  }
  return { by: 'reconstruction', features: 'pixels', values };
}

/** The most and the least anomalous images, each with its reconstruction below it where there is one. */
function extremes({ by, values }: Score, images: Images, reconstructions: Images | null): Sheet {
  const order = [...values.keys()].toSorted((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const [most, least] = [order.slice(0, mostColumns), order.toReversed().slice(0, mostColumns)];
  return sheetOf(`anomalies-by-${by}`, {
    'most anomalous': chosenImages(images, most),
    ...(reconstructions && { 'reconstructions of these': chosenImages(reconstructions, most) }),
    'least anomalous': chosenImages(images, least),
    ...(reconstructions && { 'and of these': chosenImages(reconstructions, least) }),
  });
}

function chosenImages({ data, count, shape }: Images, places: readonly number[]): Images {
  const size = data.length / count;
  const chosen = new Float32Array(places.length * size);
  for (const [row, place] of places.entries()) chosen.set(data.subarray(place * size, (place + 1) * size), row * size);
  return { data: chosen, count: places.length, shape };
}
