import type { Better } from './record.ts';

/** What holds of a metric wherever it is measured. */
export interface MetricEntry {
  readonly unit: string;
  readonly better: Better;
  /** What it is measured on, for lists. */
  readonly on: string;
}

const neighbourhoods = 'images and points, by 5 nearest neighbours';
const mixtures = 'points with known modes';

/** Every metric that trials are measured by: kebab-case names, units and directions as in results.csv. */
export const metricTable = {
  'frechet-distance': { unit: '', better: 'lower', on: 'images (classifier features) and points' },
  precision: { unit: 'share', better: 'higher', on: neighbourhoods },
  recall: { unit: 'share', better: 'higher', on: neighbourhoods },
  density: { unit: '', better: 'higher', on: neighbourhoods },
  coverage: { unit: 'share', better: 'higher', on: neighbourhoods },
  'sharpness-ratio': { unit: 'ratio', better: 'one', on: 'images' },
  modes: { unit: 'modes', better: 'higher', on: mixtures },
  'high-quality-share': { unit: 'share', better: 'higher', on: mixtures },
  'mode-divergence': { unit: 'nats', better: 'lower', on: mixtures },
  'within-mode-spread': { unit: 'ratio', better: 'one', on: mixtures },
  'negative-log-likelihood': { unit: 'nats', better: 'lower', on: 'families that state a likelihood' },
} as const satisfies Readonly<Record<string, MetricEntry>>;

export type MetricName = keyof typeof metricTable;
