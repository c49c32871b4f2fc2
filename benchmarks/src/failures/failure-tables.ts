import { stringify } from 'csv-stringify/sync';
import { blocks, bullets, directionMark, escaped, exact, metricTitle, significant, table } from '@kindred/report';
import { failureMeanings, failureNames, type FailureName } from './failures.ts';
import { verdictOf, type FailureRow } from './measure-failures.ts';

/** Every score in full precision, one row for each metric and failure. */
export function failuresCsv(rows: readonly FailureRow[]): string {
  const long = rows.flatMap((row) =>
    failureNames.map((failure) => ({
      metric: row.metric,
      features: row.features,
      failure,
      value: exact(row.values[failure]),
      spread: exact(row.spread),
      unit: row.unit,
      better: row.better,
      samples: exact(row.samples),
      verdict: verdictOf(row, failure) ?? '',
    })),
  );
  return stringify(long, { header: true });
}

/**
 * The table for people: a score is bold where the failure is seen, struck through where the metric is fooled by it. A dash stands where a
 * score or the spread is missing: a plain score would say that there is no difference.
 */
export function failuresTable(rows: readonly FailureRow[], command: string): string {
  const heads = failureNames.map((name) => (name === 'none' ? 'real, unseen' : name));
  const samples = [...new Set(rows.map((row) => row.samples))].join(', ');
  const lines = rows.map((row) => [
    `${escaped(metricTitle(row.metric))}${directionMark(row.better)}`,
    escaped(row.features),
    ...failureNames.map((failure) => cell(row, failure)),
  ]);
  const dashes = lines.some((line) => line.includes(dash)) ? ` ${dash}: not measured, there or on real data.` : '';
  return blocks(
    `**Bold**: scored worse than unseen real data, beyond chance (4 standard deviations of the difference of two scores of real data). ~~Struck through~~: scored _better_: the metric is fooled. Plain: no difference, or no direction.${dashes} ${samples} samples each; made by \`${command}\`.`,
    table(
      [
        { title: 'Metric' },
        { title: 'Features' },
        ...heads.map((title) => ({ title: escaped(title), align: 'right' as const })),
      ],
      lines,
    ),
    bullets(
      failureNames.map((name) => `**${name === 'none' ? 'real, unseen' : name}**: ${escaped(failureMeanings[name])}`),
    ),
  );
}

/** What the report prints where there is no number. */
const dash = significant(Number.NaN);

function cell(row: FailureRow, failure: FailureName): string {
  const value = row.values[failure];
  const verdict = verdictOf(row, failure);
  if (value === null || verdict === 'not measured') return dash;
  const text = significant(value);
  return { seen: `**${text}**`, fooled: `~~${text}~~`, missed: text, none: text }[verdict ?? 'none'];
}

const [begin, end] = ['<!-- failures: begin -->', '<!-- failures: end -->'];

/**
 * A page with the table put between its marks.
 *
 * @throws Error where the page lacks them
 */
export function withTable(page: string, content: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(
      `failures: the page has no part between ${begin} and ${end}; put these two lines where the table goes.`,
    );
  }
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`;
}
