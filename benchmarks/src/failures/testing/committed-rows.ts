import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { FailureName } from '../failures.ts';
import { marginOf, verdictOf, type FailureRow, type Verdict } from '../measure-failures.ts';

/** The CSV of the committed report. */
export const committedCsv = (): Promise<string> =>
  readFile(new URL('../../../../reports/failures/failures.csv', import.meta.url), 'utf8');

/** The rows that a CSV of failures was written from; an empty field is a value that was not measured. */
export function rowsOfCsv(csv: string): FailureRow[] {
  const long = parse<Record<string, string>>(csv, { columns: true });
  const keys = [...new Set(long.map(({ metric, features }) => `${metric} ${features}`))];
  const numberOf = (text: string): number | null => (text === '' ? null : Number(text));
  return keys
    .map((key) => long.filter(({ metric, features }) => `${metric} ${features}` === key))
    .map((own): FailureRow => ({
      metric: own[0]!['metric']!,
      features: own[0]!['features']!,
      unit: own[0]!['unit']!,
      better: own[0]!['better'] as FailureRow['better'],
      samples: Number(own[0]!['samples']),
      spread: numberOf(own[0]!['spread']!),
      values: Object.fromEntries(own.map(({ failure, value }) => [failure, numberOf(value!)])) as FailureRow['values'],
    }));
}

/**
 * How near 1 a margin must be for the other side of the threshold to be accepted too. In features of the classifier half a threshold: it is
 * trained in float32, whose sums differ between processors, and a change of the learning rate by a millionth moved margins below 2 by as
 * much as 0.6, and a verdict whose margin was 1.38. Elsewhere nothing is trained, and a tenth leaves room for a count that is off by three.
 */
const borderlineIn = (features: string): number => (features === 'classifier' ? 0.5 : 0.1);

/** The verdicts that another processor may come to where a row is measured anew: one, or those on both sides of a threshold nearby. */
export function acceptedVerdicts(row: FailureRow, failure: FailureName): (Verdict | null)[] {
  const margin = marginOf(row, failure);
  if (margin === null || Math.abs(Math.abs(margin) - 1) > borderlineIn(row.features)) return [verdictOf(row, failure)];
  return ['missed', margin > 0 ? 'seen' : 'fooled'];
}
