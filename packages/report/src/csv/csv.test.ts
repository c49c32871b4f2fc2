import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { summarise } from '../summary.ts';
import { failedTrial, floor, gameTrial, metricRow, suiteRun, timings, trialRecord } from '../testing/fixture-run.ts';
import { curvesCsv } from './curves-csv.ts';
import { resultsCsv } from './results-csv.ts';
import { summaryCsv } from './summary-csv.ts';
import { throughputCsv } from './throughput-csv.ts';

const rowsOf = (csv: string): Record<string, string>[] => parse(csv, { columns: true });

describe('resultsCsv', () => {
  const awkward = [0.1 + 0.2, -1 / 3, 5e-324, Number.MAX_VALUE, -0, 1e21, 123456789.12345679];

  it('gives back every double exactly', () => {
    const trial = trialRecord({ metrics: awkward.map((value) => metricRow(value)) });
    const rows = rowsOf(resultsCsv(suiteRun({ trials: [trial], calibration: [] })));
    expect(rows.map(({ value }) => Number(value))).toStrictEqual(awkward);
  });

  it('has the columns of the long format, in order', () => {
    expect(resultsCsv(suiteRun({ trials: [], calibration: [] })).trim()).toBe(
      'suite,trial,dataset,family,variant,seed,status,split,metric,features,value,unit,better,samples',
    );
  });

  it('keeps names with separators, quotes and line breaks', () => {
    const strange = 'a,"b"\nc; d';
    const trial = trialRecord({ variant: strange, metrics: [metricRow(1, { unit: strange })] });
    const [row] = rowsOf(resultsCsv(suiteRun({ trials: [trial] })));
    expect(row).toMatchObject({ variant: strange, unit: strange, value: '1' });
  });

  it('keeps one row of a trial without metrics, with its status and no value', () => {
    const skipped = trialRecord({ family: 'vae', status: 'not-applicable', metrics: [], samples: null });
    const rows = rowsOf(resultsCsv(suiteRun({ trials: [failedTrial({ seed: 3 }), skipped], calibration: [] })));
    expect(rows).toMatchObject([
      { family: 'gan', seed: '3', status: 'failed', metric: '', value: '', samples: '' },
      { family: 'vae', seed: '0', status: 'not-applicable', metric: '', value: '', samples: '' },
    ]);
  });

  it('leaves the value of a metric that is not finite empty', () => {
    const trial = trialRecord({ metrics: [metricRow(Number.NaN), metricRow(Number.POSITIVE_INFINITY)] });
    const rows = rowsOf(resultsCsv(suiteRun({ trials: [trial], calibration: [] })));
    expect(rows.map(({ metric, value }) => [metric, value])).toStrictEqual([
      ['frechet-distance', ''],
      ['frechet-distance', ''],
    ]);
  });

  it('ends with the calibration', () => {
    const rows = rowsOf(resultsCsv(suiteRun()));
    expect(rows.at(-1)).toMatchObject({
      family: 'calibration',
      variant: floor.name,
      trial: 'digits.calibration.train-against-test.seed-0',
      status: 'ok',
      value: '1.25',
    });
  });

  it('does not depend on anything timed', () => {
    const run = suiteRun();
    const slower = run.trials.map((trial) => ({
      ...trial,
      seconds: { train: 99 },
      spent: { ...trial.spent, seconds: 99 },
      peakMemory: 1,
    }));
    expect(resultsCsv({ ...run, trials: slower, wallSeconds: 9, startedAt: '', throughput: [] })).toBe(resultsCsv(run));
  });
});

describe('summaryCsv', () => {
  it('gives back the summary', () => {
    const summary = summarise(suiteRun());
    const rows = rowsOf(summaryCsv(summary));
    expect(rows).toHaveLength(summary.length);
    for (const [index, row] of rows.entries()) {
      const { mean, sd, median, low, high, n, family } = summary[index]!;
      expect(row['family']).toBe(family);
      expect([row['n'], row['mean'], row['median']].map(Number)).toStrictEqual([n, mean, median]);
      const spread = [row['sd'], row['low'], row['high']].map((text) => (text === '' ? null : Number(text)));
      expect(spread).toStrictEqual([sd, low, high]);
    }
  });
});

describe('curvesCsv', () => {
  const keys = ['suite', 'trial', 'dataset', 'family', 'variant', 'seed', 'step', 'examples'];

  it('has the columns of all trials in the order in which they appear, then updates, then checkpoints', () => {
    const [heading = ''] = curvesCsv({ trials: [trialRecord(), gameTrial({ variant: 'game' })] }).split('\n');
    expect(heading.split(',')).toStrictEqual([
      ...keys,
      'trainLoss',
      'discriminatorLoss',
      'generatorLoss',
      'realScore',
      'fakeScore',
      'discriminatorAccuracy',
      'discriminatorGradientNorm',
      'generatorGradientNorm',
      'discriminatorUpdates',
      'generatorUpdates',
      'validation:frechet-distance',
      'train:negative-log-likelihood',
      'validation:negative-log-likelihood',
    ]);
    expect(curvesCsv({ trials: [] }).trim()).toBe(keys.join());
  });

  it('gives back what was logged, updates so far, and checkpoints at their steps; what a model has not is empty', () => {
    const game = gameTrial({ variant: 'game', seed: 1 });
    const rows = rowsOf(curvesCsv({ trials: [trialRecord(), game] }));
    expect(rows.map(({ variant, step }) => `${variant} ${step}`)).toStrictEqual([
      ...[1, 2, 3].map((step) => `plain ${step}`),
      ...[1, 2, 3, 4].map((step) => `game ${step}`),
    ]);
    expect(rows[0]).toMatchObject({ trainLoss: String(100 / 64), realScore: '', discriminatorUpdates: '' });
    expect(rows[4]).toMatchObject({
      seed: '1',
      step: '2',
      examples: '128',
      discriminatorUpdates: '10',
      generatorUpdates: '2',
    });
    for (const [i, { losses }] of game.curve.entries()) {
      for (const [name, value] of Object.entries(losses)) expect(Number(rows[3 + i]![name])).toBe(value);
    }
    expect(rows.slice(3).map((row) => row['validation:frechet-distance'])).toStrictEqual(['', '51', '', '26']);
    expect(rows.slice(3).map((row) => row['train:negative-log-likelihood'])).toStrictEqual(['', '4.5', '', '2.25']);
  });

  it('has a row of its own for a checkpoint between two points of the curve', () => {
    const [checkpoint] = gameTrial().checkpoints;
    const rows = rowsOf(
      curvesCsv({ trials: [trialRecord({ checkpoints: [{ ...checkpoint!, step: 9, examples: 576 }] })] }),
    );
    expect(rows).toHaveLength(4);
    expect(rows[3]).toMatchObject({ step: '9', examples: '576', trainLoss: '', 'validation:frechet-distance': '50' });
  });

  it('does not depend on anything timed', () => {
    const run = { trials: [gameTrial()] };
    const slower = run.trials.map((trial) => ({ ...trial, seconds: { train: 99 }, peakMemory: 1 }));
    expect(curvesCsv({ trials: slower })).toBe(curvesCsv(run));
  });
});

describe('throughputCsv', () => {
  it('gives back every timing', () => {
    const rows = rowsOf(throughputCsv(suiteRun()));
    expect(
      rows.map((row) => [row['work'], row['batch'], row['per_second'], row['p50_ms'], row['p99_ms']]),
    ).toStrictEqual(
      timings.map(({ work, batch, perSecond, p50, p99 }) => [work, batch, perSecond, p50, p99].map(String)),
    );
    expect(Number(rows[0]!['peak_memory_bytes'])).toBe(2 ** 28);
  });

  it('is only a heading where nothing was timed', () => {
    expect(rowsOf(throughputCsv(suiteRun({ throughput: [] })))).toStrictEqual([]);
  });
});
