import { stringify } from 'csv-stringify/sync';
import { fileNameOf, type MetricRow, type SuiteRun, type TrialKey, type TrialRecord } from '@kindred/harness';
import { calibrationFamily } from '../models.ts';
import { exact } from '../numbers.ts';

const columns = [
  'suite',
  'trial',
  'dataset',
  'family',
  'variant',
  'seed',
  'status',
  'split',
  'metric',
  'features',
  'value',
  'unit',
  'better',
  'samples',
] as const;

type Row = Readonly<Record<(typeof columns)[number], string>>;

/**
 * Every measured number in long format, one row per metric of each trial, then those of the calibration (family
 * `calibration`, status `ok`). A trial without a metric (failed, not applicable) keeps one row with its status and an empty
 * metric. Values are in full precision: reading one back gives the same double. Nothing timed is in it, so the same seeds
 * give the same bytes.
 */
export function resultsCsv(run: SuiteRun): string {
  const rows = [...run.trials.flatMap(trialRows), ...calibrationRows(run)];
  return stringify(rows, { header: true, columns: [...columns] });
}

function trialRows(trial: TrialRecord): Row[] {
  if (trial.metrics.length === 0) return [row(trial, trial.status, null)];
  return trial.metrics.map((metric) => row(trial, trial.status, metric));
}

function calibrationRows(run: SuiteRun): Row[] {
  return run.calibration.flatMap(({ dataset, name, seed, metrics }) => {
    const trial = `${fileNameOf(dataset)}.${calibrationFamily}.${name}.seed-${seed}`;
    const key = { suite: run.suite, trial, dataset, family: calibrationFamily, variant: name, seed };
    return metrics.map((metric) => row(key, 'ok', metric));
  });
}

function row(key: TrialKey, status: TrialRecord['status'], metric: MetricRow | null): Row {
  return {
    suite: key.suite,
    trial: key.trial,
    dataset: key.dataset,
    family: key.family,
    variant: key.variant,
    seed: exact(key.seed),
    status,
    split: metric?.split ?? '',
    metric: metric?.metric ?? '',
    features: metric?.features ?? '',
    value: exact(metric?.value ?? null),
    unit: metric?.unit ?? '',
    better: metric?.better ?? '',
    samples: exact(metric?.samples ?? null),
  };
}
