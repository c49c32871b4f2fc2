import type { Better, MetricRow, SuiteRun } from '@kindred/harness';
import { metricOrder } from './metric-words.ts';
import { calibrationFamily } from './models.ts';
import { spreadOf, type Spread } from './spread.ts';

/** One metric of one model on one dataset, over training seeds (calibration: over sampling seeds). */
export interface SummaryRow extends Spread {
  readonly dataset: string;
  readonly family: string;
  readonly variant: string;
  /** Null in the one row of a model that has no ok trial: `n` is 0. */
  readonly metric: string | null;
  readonly features: string;
  readonly split: MetricRow['split'] | '';
  /** Failed trials of this model on this dataset: they have no value and are in no mean. */
  readonly failed: number;
  readonly unit: string;
  readonly better: Better | '';
}

/** What summaries are made from: the metrics of one trial, or of one draw of the calibration. */
interface Measured {
  readonly dataset: string;
  readonly family: string;
  readonly variant: string;
  readonly status: 'ok' | 'failed' | 'not-applicable';
  readonly metrics: readonly MetricRow[];
}

/** Summary rows per dataset, in the order of the plan; the calibration ends each dataset's part. */
export function summarise(run: SuiteRun): SummaryRow[] {
  const calibration = run.calibration.map(({ dataset, name, metrics }): Measured => ({
    dataset,
    family: calibrationFamily,
    variant: name,
    status: 'ok',
    metrics,
  }));
  const measured: Measured[] = [...run.trials, ...calibration];
  const byDataset = groupBy(measured, ({ dataset }) => dataset);
  return [...byDataset.values()].flatMap((ofDataset) =>
    [...groupBy(ofDataset, ({ family, variant }) => JSON.stringify([family, variant])).values()].flatMap(
      summariseModel,
    ),
  );
}

function summariseModel(trials: readonly Measured[]): SummaryRow[] {
  const [first] = trials;
  if (first === undefined) return [];
  const { dataset, family, variant } = first;
  const failed = trials.filter(({ status }) => status === 'failed').length;
  const metrics = trials.filter(({ status }) => status === 'ok').flatMap((trial) => trial.metrics);
  const byMetric = groupBy(metrics, (row) => JSON.stringify([row.metric, row.features, row.split]));
  const rows = [...byMetric.values()].flatMap((values): SummaryRow[] => {
    const [row] = values;
    if (row === undefined) return [];
    const { metric, features, split, unit, better } = row;
    const spread = spreadOf(values.map(({ value }) => value));
    return [{ dataset, family, variant, metric, features, split, failed, ...spread, unit, better }];
  });
  const empty = { metric: null, features: '', split: '', failed, ...spreadOf([]), unit: '', better: '' } as const;
  return rows.length > 0 ? rows : [{ dataset, family, variant, ...empty }];
}

/** Groups in the order in which their first element appears. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** A column of a dataset's tables and plots: one metric in one feature space, on the test split. */
export interface Column {
  readonly metric: string;
  readonly features: string;
  readonly unit: string;
  readonly better: Better;
}

/**
 * The test-split metrics of a dataset: those that have words in their order, then others as the trials report them. What only the
 * calibration was measured by is none: where no model states a likelihood, that of the source stands beside nothing.
 */
export function columnsOf(summary: readonly SummaryRow[], dataset: string): Column[] {
  const rows = summary.filter(
    (row) => row.dataset === dataset && row.split === 'test' && row.family !== calibrationFamily,
  );
  const columns = [...groupBy(rows, ({ metric, features }) => JSON.stringify([metric, features])).values()].flatMap(
    ([row]) =>
      row === undefined || row.metric === null || row.better === ''
        ? []
        : [{ metric: row.metric, features: row.features, unit: row.unit, better: row.better }],
  );
  return columns.toSorted((a, b) => metricOrder(a.metric) - metricOrder(b.metric));
}

/** Whether a column says what another one says in its unit: a likelihood where the same is given in bits too. */
export function isRepeated({ metric, features }: Column, columns: readonly Column[]): boolean {
  const isBits = (other: Column): boolean => other.metric.startsWith('bits-per-') && other.features === features;
  return metric === 'negative-log-likelihood' && columns.some(isBits);
}

/** The row of a model (or of the calibration) in a column; null where it was not measured. */
export function cellOf(
  summary: readonly SummaryRow[],
  dataset: string,
  model: { readonly family: string; readonly variant: string },
  column: Column,
): SummaryRow | null {
  const found = summary.find(
    (row) =>
      row.dataset === dataset &&
      row.family === model.family &&
      row.variant === model.variant &&
      row.metric === column.metric &&
      row.features === column.features &&
      row.split === 'test',
  );
  return found ?? null;
}
