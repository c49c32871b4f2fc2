import type { Better } from '@kindred/harness';
import type { Column } from './summary.ts';

interface MetricWords {
  /** For headings of columns and panels: short. */
  readonly title: string;
  /** One line for a reader who meets it for the first time. */
  readonly meaning: string;
}

/** What metrics are called and mean. A metric that is missing here is titled by its name and listed without a meaning. */
const known: Readonly<Record<string, MetricWords>> = {
  'frechet-distance': {
    title: 'Fréchet distance',
    meaning:
      'distance between two Gaussians, one fitted to the features of the samples, one to those of the test split. Not an FID: the features are named beside it',
  },
  'kernel-distance': {
    title: 'Kernel distance',
    meaning: 'unbiased squared maximum mean discrepancy with a cubic polynomial kernel; it may be slightly negative',
  },
  precision: {
    title: 'Precision',
    meaning:
      'share of samples that lie within the 5-nearest-neighbour radius of some real example: low means samples that look like no real one',
  },
  recall: {
    title: 'Recall',
    meaning:
      'share of real examples that lie within the 5-nearest-neighbour radius of some sample: low means variety is missing',
  },
  density: {
    title: 'Density',
    meaning:
      'how many real neighbourhoods a sample lies in, over the 5 expected; like precision, but an outlier counts for less. It may exceed 1',
  },
  coverage: {
    title: 'Coverage',
    meaning:
      'share of real examples with a sample within their own 5-nearest-neighbour radius: low means variety is missing',
  },
  'sharpness-ratio': {
    title: 'Sharpness',
    meaning:
      'variance of the Laplacian of the samples over that of real images: below 1 is blurred; noise raises it too, so read it beside precision',
  },
  modes: {
    title: 'Modes',
    meaning: 'modes of the mixture with at least one sample within 3 standard deviations of their centre',
  },
  'high-quality-share': {
    title: 'High quality',
    meaning:
      'share of samples within 3 standard deviations of the nearest mode; true samples reach 0.989, and more means that modes are too narrow',
  },
  'mode-divergence': {
    title: 'KL over modes',
    meaning:
      'Kullback-Leibler divergence of the samples’ distribution over modes from the real one; 0 means every mode gets its share',
  },
  'within-mode-spread': {
    title: 'Spread in modes',
    meaning:
      'standard deviation within modes over the real one; true samples score 0.974, since samples beyond 3 deviations do not count, and 0 is a collapse onto points',
  },
  'negative-log-likelihood': {
    title: 'NLL',
    meaning:
      'negative log-likelihood per test example; comparable only between models of the same observations. Where a model gives a bound, its true value may be lower',
  },
};

const order = Object.keys(known);

/** Where a metric stands beside others: distances, shares, modes, then likelihoods; one without words comes last. */
export function metricOrder(metric: string): number {
  const index = order.indexOf(metric);
  return index === -1 ? order.length : index;
}

/** Short title of a metric: from the table of words, else its name in plain words. */
export function metricTitle(metric: string): string {
  const words = known[metric]?.title ?? metric.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One line on what the metric says; null where nothing is known of it. */
export function metricMeaning(metric: string): string | null {
  return known[metric]?.meaning ?? null;
}

/** The direction as a mark behind a title: ↑ higher is better, ↓ lower, →1 the closer to one; '' where it is no score. */
export function directionMark(better: Better): string {
  return { higher: ' ↑', lower: ' ↓', one: ' →1', none: '' }[better];
}

/**
 * The metric that stands for a dataset where there is room for one: the share of high quality where modes are known, since
 * distances between means and covariances hardly see them; else the Fréchet distance, else the first score.
 */
export function leadingColumn(columns: readonly Column[]): Column | null {
  const called = (name: string): Column | undefined => columns.find(({ metric }) => metric === name);
  return (
    called('high-quality-share') ??
    called('frechet-distance') ??
    columns.find(({ better }) => better !== 'none') ??
    null
  );
}
