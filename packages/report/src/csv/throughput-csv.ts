import { stringify } from 'csv-stringify/sync';
import type { SuiteRun } from '@kindred/harness';
import { exact } from '../numbers.ts';

/**
 * Speed and size, one row per contender, dataset, kind of work and batch size. `per_second` counts examples (work `train`) or
 * samples (work `sample`); latencies are those of one step or one draw of the whole batch, in milliseconds; memory is the
 * peak resident set of the contender's trials, in bytes.
 */
export function throughputCsv(run: SuiteRun): string {
  const rows = run.throughput.map((record) => ({
    suite: run.suite,
    dataset: record.dataset,
    family: record.family,
    variant: record.variant,
    work: record.work,
    batch: exact(record.batch),
    per_second: exact(record.perSecond),
    p50_ms: exact(record.p50),
    p99_ms: exact(record.p99),
    runs: exact(record.runs),
    parameters: exact(record.parameters),
    peak_memory_bytes: exact(record.peakMemory),
  }));
  return stringify(rows, { header: true, columns: [...columns] });
}

const columns = [
  'suite',
  'dataset',
  'family',
  'variant',
  'work',
  'batch',
  'per_second',
  'p50_ms',
  'p99_ms',
  'runs',
  'parameters',
  'peak_memory_bytes',
] as const;
