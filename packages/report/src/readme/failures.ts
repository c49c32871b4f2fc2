import { wilsonInterval } from '@kindred/metrics';
import type { SuiteRun } from '@kindred/harness';
import { isOf, modelsOf } from '../models.ts';
import { counted, grouped, percent } from '../numbers.ts';
import { groupBy } from '../summary.ts';
import { blocks, bullets, code, escaped, table, withoutFolders } from './markdown.ts';

/** A message is shown up to here; the whole of it is in the trial's record. */
const messageLength = 160;

/** Trials without a score and why; failure rates with Wilson intervals. One sentence where every trial ended well. */
export function failuresBody(run: SuiteRun): string {
  const failed = run.trials.filter(({ status }) => status === 'failed');
  const sentence = failed.length === 0 ? noFailure(run) : '';
  const rows = failed.map(({ trial, failure }) => [
    code(trial),
    failure === null ? 'unknown' : failure.phase,
    failure === null ? 'unknown' : failure.reason,
    failure === null ? '' : grouped(failure.step),
    escaped(shortened(failure?.message ?? '')),
  ]);
  return blocks(
    sentence,
    table(
      [
        { title: 'Trial' },
        { title: 'Phase' },
        { title: 'Reason' },
        { title: 'Step', align: 'right' },
        { title: 'Message' },
      ],
      rows,
    ),
    bullets(failureRates(run)),
    notApplicable(run),
    notFinite(run),
  );
}

function noFailure(run: SuiteRun): string {
  return run.trials.length === 0 ? 'No trial was run.' : `None: ${counted(run.trials.length, 'trial')}, no failure.`;
}

function failureRates(run: SuiteRun): string[] {
  return modelsOf(run).flatMap((model) => {
    const tried = run.trials.filter((trial) => isOf(model, trial) && trial.status !== 'not-applicable');
    const failed = tried.filter(({ status }) => status === 'failed').length;
    if (failed === 0) return [];
    const { low, high } = wilsonInterval(failed, tried.length);
    const rate = `${percent(failed / tried.length)}, 95 % Wilson interval ${percent(low)} to ${percent(high)}`;
    return [`${escaped(model.label)}: ${failed} of ${counted(tried.length, 'trial')} failed (${rate}).`];
  });
}

function notApplicable(run: SuiteRun): string {
  const skipped = run.trials.filter(({ status }) => status === 'not-applicable');
  const pairs = [...groupBy(skipped, ({ family, variant, dataset }) => `${family} ${variant} on ${dataset}`).keys()];
  return pairs.length === 0
    ? ''
    : `Not applicable (the family does not support such data): ${pairs.map(escaped).join('; ')}.`;
}

function notFinite(run: SuiteRun): string {
  const missing = run.trials.flatMap(({ trial, metrics }) =>
    metrics.filter(({ value }) => !Number.isFinite(value)).map(({ metric }) => `${escaped(metric)} of ${code(trial)}`),
  );
  return missing.length === 0 ? '' : `Not a finite number, and therefore in no mean: ${missing.join(', ')}.`;
}

function shortened(message: string): string {
  const line = withoutFolders(message.split('\n', 1).join(''));
  return line.length <= messageLength ? line : `${line.slice(0, messageLength - 1)}…`;
}
