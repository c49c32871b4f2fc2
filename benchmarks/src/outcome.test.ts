import type { CalibrationRecord, MetricRow, SuiteRun, TrialRecord } from '@kindred/harness';
import { expect, test } from 'vitest';
import { outcomeTables } from './outcome.ts';

const row = (metric: string, value: number): MetricRow => ({
  metric,
  split: 'test',
  features: 'points',
  value,
  unit: '',
  better: 'lower',
  samples: 10,
});

/** Of a run only what the tables read. */
function tableOf(...metrics: readonly MetricRow[]): string[] {
  const trial = { dataset: 'ring', family: 'gan', variant: 'plain', status: 'ok', metrics } as const;
  const calibration = { 'train-against-test': 'frechet-distance', 'source-against-test': 'negative-log-likelihood' };
  const run: Partial<SuiteRun> = {
    datasets: [{ name: 'ring' } as SuiteRun['datasets'][number]],
    trials: [trial as unknown as TrialRecord],
    calibration: Object.entries(calibration).map(([name, metric]): CalibrationRecord => ({
      dataset: 'ring',
      name,
      description: '',
      seed: 0,
      metrics: [row(metric, 1.25)],
    })),
  };
  return outcomeTables(run as SuiteRun).split('\n');
}

test('the source of the data has a line where a model states a likelihood, and none where none does', () => {
  const stated = tableOf(row('frechet-distance', 2.5), row('negative-log-likelihood', 3.5));
  expect(stated.find((line) => line.includes('gan/plain'))).toMatch(/ 2\.5 +3\.5/);
  expect(stated.find((line) => line.includes('source-against-test'))).toMatch(/ - +1\.25/);
  const silent = tableOf(row('frechet-distance', 2.5)).join('\n');
  expect(silent).toMatch(/train-against-test +1\.25/);
  expect(silent).not.toMatch(/source-against-test|negative-log-likelihood/);
});
