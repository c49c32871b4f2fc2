import type { SplitName } from '@kindred/data';
import type { Better, MetricRow } from '../record.ts';

/** What holds of a metric wherever it is measured. */
export interface MetricEntry {
  readonly unit: string;
  readonly better: Better;
  /** What it is measured on, for lists. */
  readonly on: string;
}

const features = 'in every feature space';
const neighbourhoods = `${features}, by 5 nearest neighbours`;
const mixtures = 'points with known modes';
const images = 'images';
const encoders = 'images, of models with an encoder, where a suite asks for `uses`';
const coded = 'models with codes, where a suite asks for `uses`';
const heldOut = 'where a suite asks for `anomalies`, of';
const conditional = 'class-conditional models of images';
const firstSpace = 'images, in the first feature space';

/** Every metric that trials are measured by: kebab-case names, units and directions as in results.csv. */
export const metricTable = {
  'frechet-distance': { unit: '', better: 'lower', on: features },
  'frechet-distance-infinity': { unit: '', better: 'lower', on: features },
  'kernel-distance': { unit: '', better: 'lower', on: features },
  'sliced-wasserstein': { unit: '', better: 'lower', on: features },
  precision: { unit: 'share', better: 'higher', on: neighbourhoods },
  recall: { unit: 'share', better: 'higher', on: neighbourhoods },
  density: { unit: '', better: 'higher', on: neighbourhoods },
  coverage: { unit: 'share', better: 'higher', on: neighbourhoods },
  'nearest-neighbour-accuracy': { unit: 'share', better: 'half', on: features },
  'classifier-two-sample-accuracy': { unit: 'share', better: 'half', on: features },
  'vendi-score': { unit: '', better: 'real', on: features },
  'authentic-share': { unit: 'share', better: 'real', on: firstSpace },
  'data-copying': { unit: 'deviations', better: 'zero', on: firstSpace },
  'inception-score': { unit: '', better: 'higher', on: 'images with classes' },
  'class-accuracy': { unit: 'share', better: 'higher', on: `${conditional}, by the classifier` },
  'classification-accuracy-score': { unit: 'share', better: 'higher', on: conditional },
  'classification-accuracy-gap': { unit: 'share', better: 'lower', on: conditional },
  'sharpness-ratio': { unit: 'ratio', better: 'one', on: images },
  'spectrum-distance': { unit: 'dB', better: 'lower', on: images },
  'multi-scale-similarity': { unit: '', better: 'real', on: images },
  modes: { unit: 'modes', better: 'higher', on: mixtures },
  'high-quality-share': { unit: 'share', better: 'higher', on: mixtures },
  'mode-divergence': { unit: 'nats', better: 'lower', on: mixtures },
  'within-mode-spread': { unit: 'ratio', better: 'one', on: mixtures },
  'reconstruction-psnr': { unit: 'dB', better: 'higher', on: encoders },
  'denoising-gain-0.1': { unit: 'dB', better: 'higher', on: encoders },
  'denoising-gain-0.25': { unit: 'dB', better: 'higher', on: encoders },
  'denoising-gain-0.5': { unit: 'dB', better: 'higher', on: encoders },
  'active-units': { unit: 'codes', better: 'none', on: coded },
  'interpolation-frechet-distance': { unit: '', better: 'lower', on: `${coded}, in the first feature space` },
  'grammatical-share': { unit: 'share', better: 'higher', on: 'text of a known source' },
  'anomaly-auroc-likelihood': { unit: 'share', better: 'higher', on: `${heldOut} families that state a likelihood` },
  'anomaly-auroc-likelihood-ratio': {
    unit: 'share',
    better: 'higher',
    on: `${heldOut} models with a likelihood of binary images`,
  },
  'anomaly-auroc-reconstruction': { unit: 'share', better: 'higher', on: `${heldOut} images, models with an encoder` },
  'negative-log-likelihood': { unit: 'nats', better: 'lower', on: 'families that state a likelihood' },
  'bits-per-dimension': {
    unit: 'bits',
    better: 'lower',
    on: 'images, of families that state a density of intensities',
  },
  'bits-per-character': { unit: 'bits', better: 'lower', on: 'text, of families that state a likelihood' },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof metricTable;

/** A metric's value, and the space it was measured in. */
export interface Measured {
  readonly metric: MetricName;
  readonly features: string;
  readonly value: number;
}

/** The row of a value that was measured against a split, on so many samples. */
export function rowOf({ metric, features, value }: Measured, split: SplitName, samples: number): MetricRow {
  const { unit, better } = metricTable[metric];
  return { metric, split, features, value, unit, better, samples };
}

/** The values among rows that are not finite, for an error; '' where all are. */
export function notFiniteText(rows: readonly MetricRow[]): string {
  const lost = rows.filter(({ value }) => !Number.isFinite(value));
  return lost.map(({ metric, split, value }) => `${metric} on ${split} is ${value}`).join('; ');
}
