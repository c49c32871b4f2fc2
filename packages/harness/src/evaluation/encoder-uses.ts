import type { Dataset } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import { medianFilter, peakSignalToNoiseRatio, type Images } from '@kindred/metrics';
import { openReconstruction, type GenerativeModel } from '@kindred/model';
import { RandomStream } from '@kindred/random';
import { evaluationBatch } from '../contender.ts';
import type { TrialPlan } from '../plan.ts';
import type { MetricRow } from '../record.ts';
import { rowOf, type MetricName } from './metric-table.ts';
import { sheetOf, type Uses } from './sheet.ts';

/** Standard deviations of the noise that models are to take away, of a range of 1: little, some, more than an eye likes. */
const noiseLevels = [0.1, 0.25, 0.5] as const;

type Reconstruct = (images: Images) => Promise<Images>;

/**
 * What a model's encoder is good for, on the first `samples` images of the test split: reconstruction, and taking away noise. Nothing
 * where the data are no images or the model has no encoder.
 */
export async function usesOfEncoder(
  engine: Engine,
  model: GenerativeModel,
  { spec, splits }: Pick<Dataset, 'spec' | 'splits'>,
  { samples: count, seed, dataSeed }: Pick<TrialPlan, 'samples' | 'seed' | 'dataSeed'>,
): Promise<Uses> {
  if (spec.kind !== 'image' || !model.reconstruct) return { metrics: [], sheets: [] };
  const { labels } = splits.test;
  const classes = labels && { labels: Int32Array.from(labels.subarray(0, count)) };
  const clean = { data: splits.test.floats(0, count), count, shape: spec.shape };
  const reconstruction = await openReconstruction(engine, model, Math.min(count, evaluationBatch));
  try {
    const random = new RandomStream(seed, 'uses');
    const reconstruct: Reconstruct = async ({ data, ...images }) => ({
      ...images,
      data: await reconstruction.of(data, { count, random, ...classes }),
    });
    const parts = [await reconstructionOf(clean, reconstruct)];
    for (const level of noiseLevels) parts.push(await denoising(clean, level, { reconstruct, dataSeed }));
    return { metrics: parts.flatMap(({ metrics }) => metrics), sheets: parts.flatMap(({ sheets }) => sheets) };
  } finally {
    await reconstruction.dispose();
  }
}

async function reconstructionOf(clean: Images, reconstruct: Reconstruct): Promise<Uses> {
  const images = await reconstruct(clean);
  return {
    metrics: measured('reconstruction-psnr', peakSignalToNoiseRatio(images, clean), clean.count),
    sheets: [sheetOf('reconstruction', { original: clean, reconstruction: images })],
  };
}

/** The noise is a part of the test data: the same for all trials of a suite. */
async function denoising(
  clean: Images,
  level: (typeof noiseLevels)[number],
  { reconstruct, dataSeed }: { readonly reconstruct: Reconstruct; readonly dataSeed: number },
): Promise<Uses> {
  const noisy = withNoise(clean, level, new RandomStream(dataSeed, 'noise', level));
  const median = medianFilter(noisy);
  const denoised = await reconstruct(noisy);
  const ratioOf = (images: Images): number => peakSignalToNoiseRatio(images, clean);
  const gain = ratioOf(denoised) - Math.max(ratioOf(noisy), ratioOf(median));
  return {
    metrics: measured(`denoising-gain-${level}`, gain, clean.count),
    sheets: [sheetOf(`denoising-${level}`, { noisy, median, denoised, clean })],
  };
}

/** The images with Gaussian noise, cut to 0 ... 1. @param level its standard deviation before that */
function withNoise(images: Images, level: number, random: RandomStream): Images {
  const noise = random.fillNormal(new Float32Array(images.data.length));
  return { ...images, data: images.data.map((value, i) => Math.min(Math.max(value + level * (noise[i] ?? 0), 0), 1)) };
}

/** A row; none where images equal their originals to the last bit, which has no decibels. */
function measured(metric: MetricName, value: number, count: number): MetricRow[] {
  return Number.isFinite(value) ? [rowOf({ metric, features: 'pixels', value }, 'test', count)] : [];
}
