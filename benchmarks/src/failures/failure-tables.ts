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

/** The table for people: a score is bold where the failure is seen, struck through where the metric is fooled by it. */
export function failuresTable(rows: readonly FailureRow[], command: string): string {
  const heads = failureNames.map((name) => (name === 'none' ? 'real, unseen' : name));
  const samples = [...new Set(rows.map((row) => row.samples))].join(', ');
  return blocks(
    `**Bold**: scored worse than unseen real data, beyond chance (4 standard deviations of the difference of two scores of real data). ~~Struck through~~: scored _better_: the metric is fooled. Plain: no difference, or no direction. ${samples} samples each; made by \`${command}\`.`,
    table(
      [
        { title: 'Metric' },
        { title: 'Features' },
        ...heads.map((title) => ({ title: escaped(title), align: 'right' as const })),
      ],
      rows.map((row) => [
        `${escaped(metricTitle(row.metric))}${directionMark(row.better)}`,
        escaped(row.features),
        ...failureNames.map((failure) => cell(row, failure)),
      ]),
    ),
    bullets(
      failureNames.map((name) => `**${name === 'none' ? 'real, unseen' : name}**: ${escaped(failureMeanings[name])}`),
    ),
  );
}

function cell(row: FailureRow, failure: FailureName): string {
  const text = significant(row.values[failure]);
  return { seen: `**${text}**`, fooled: `~~${text}~~`, missed: text, none: text }[verdictOf(row, failure) ?? 'none'];
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
