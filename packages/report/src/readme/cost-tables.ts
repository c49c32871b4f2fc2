import type { SuiteRun, ThroughputRecord, TrialRecord } from '@kindred/harness';
import { isOf, modelsOn, type Model } from '../models.ts';
import { bytes, compact, duration, grouped, noNumber, significant } from '../numbers.ts';
import { blocks, escaped, listed, table } from './markdown.ts';

/** What each model costs on a dataset: speed of training and sampling, latency at batch 1 and 64, size, memory. */
export function costTable(run: SuiteRun, dataset: string): string {
  const timings = run.throughput.filter((record) => record.dataset === dataset);
  const rows = modelsOn(run, dataset).flatMap((model) => {
    const trials = okTrials(run, dataset, model);
    const own = timings.filter((record) => isOf(model, record));
    return trials.length === 0 && own.length === 0 ? [] : [costRow(model, trials, own)];
  });
  const costs = table(
    [
      { title: 'Model' },
      ...[
        'Training<br><sub>examples/s</sub>',
        'One trial<br><sub>all phases, mean</sub>',
        'Sampling<br><sub>samples/s, batch 64</sub>',
        'Latency, batch 1<br><sub>p50, p99</sub>',
        'Latency, batch 64<br><sub>p50, p99</sub>',
        'Parameters',
        'Peak memory<br><sub>median</sub>',
      ].map((title) => ({ title, align: 'right' as const })),
    ],
    rows,
  );
  return blocks(costs, costs === '' ? null : timingNote(timings));
}

/** How the speeds were measured; a dash in the table means that a model does no such work. */
function timingNote(timings: readonly ThroughputRecord[]): string {
  if (timings.length === 0) return 'Speed was not measured in this run.';
  const training = [...new Set(timings.filter(({ work }) => work === 'train').map(({ batch }) => batch))];
  const steps = training.length === 0 ? '' : ` A training step takes ${listed(training.map(grouped))} examples.`;
  const runs = timings.map((record) => record.runs);
  const least = grouped(Math.min(...runs));
  const most = grouped(Math.max(...runs));
  const timed = least === most ? least : `${least} to ${most}`;
  return `All models were timed in turns in one process after the trials; speeds are from the median of ${timed} runs.${steps} Dash: not timed.`;
}

function costRow(model: Model, trials: readonly TrialRecord[], timings: readonly ThroughputRecord[]): string[] {
  const train = timings.find(({ work }) => work === 'train');
  const sample = (batch: number): ThroughputRecord | undefined =>
    timings.find((record) => record.work === 'sample' && record.batch === batch);
  const parameters = timings[0]?.parameters ?? trials[0]?.parameters;
  const memory = timings[0]?.peakMemory ?? middle(trials.map(({ peakMemory }) => peakMemory));
  const whole = trials.map(({ seconds }) => Object.values(seconds).reduce((sum, value) => sum + value, 0));
  return [
    escaped(model.label),
    train === undefined ? noNumber : significant(train.perSecond),
    mean(whole, duration),
    orDash(sample(64)?.perSecond ?? null, significant),
    latency(sample(1)),
    latency(sample(64)),
    orDash(parameters ?? null, grouped),
    orDash(memory, bytes),
  ];
}

/** What the trials of a dataset spent on training: mean per ok trial of each model. */
export function spentTable(run: SuiteRun, dataset: string): string {
  const rows = modelsOn(run, dataset).flatMap((model) => {
    const spent = okTrials(run, dataset, model).map((trial) => trial.spent);
    if (spent.length === 0) return [];
    return [
      [
        escaped(model.label),
        mean(
          spent.map(({ examples }) => examples),
          grouped,
        ),
        mean(
          spent.map(({ steps }) => steps),
          grouped,
        ),
        mean(
          spent.map(({ seconds }) => seconds),
          duration,
        ),
        mean(
          spent.map(({ flops }) => flops).filter((value) => value !== null),
          compact,
        ),
      ],
    ];
  });
  if (rows.length === 0) return '';
  const counted = rows.some((row) => row.at(-1) !== noNumber);
  const titles = ['Examples', 'Steps', 'Training time', ...(counted ? ['FLOPs'] : [])];
  return blocks(
    table(
      [{ title: 'Model' }, ...titles.map((title) => ({ title, align: 'right' as const }))],
      rows.map((row) => row.slice(0, titles.length + 1)),
    ),
    `Mean per trial that ended well.${counted ? '' : ' The engine did not count floating point operations.'}`,
  );
}

function latency(record: ThroughputRecord | undefined): string {
  if (record === undefined) return noNumber;
  return `${duration(record.p50 / 1000)}, ${duration(record.p99 / 1000)}`;
}

function mean(values: readonly number[], format: (value: number) => string): string {
  return orDash(average(values), format);
}

function okTrials(run: SuiteRun, dataset: string, model: Model): TrialRecord[] {
  return run.trials.filter((trial) => trial.dataset === dataset && trial.status === 'ok' && isOf(model, trial));
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The lower median: a value that was measured. */
function middle(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}

function orDash(value: number | null, format: (value: number) => string): string {
  return value === null ? noNumber : format(value);
}
