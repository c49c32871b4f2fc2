import { stringify } from 'csv-stringify/sync';
import { exact } from '../numbers.ts';
import type { SummaryRow } from '../summary.ts';

const columns = [
  'dataset',
  'family',
  'variant',
  'metric',
  'features',
  'split',
  'n',
  'failed',
  'mean',
  'sd',
  'median',
  'low',
  'high',
  'unit',
  'better',
] as const;

/**
 * The summary over training seeds: mean, standard deviation (n - 1), median, and the 95 % bootstrap interval of the mean
 * (`low`, `high`). A number that does not exist is empty: sd and interval of a single seed, everything of a model without an
 * ok trial, which keeps one row with an empty metric.
 */
export function summaryCsv(summary: readonly SummaryRow[]): string {
  const rows = summary.map((row) => ({
    ...row,
    metric: row.metric ?? '',
    n: exact(row.n),
    failed: exact(row.failed),
    mean: exact(row.mean),
    sd: exact(row.sd),
    median: exact(row.median),
    low: exact(row.low),
    high: exact(row.high),
  }));
  return stringify(rows, { header: true, columns: [...columns] });
}
