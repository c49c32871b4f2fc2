import type { SuiteRun } from '@kindred/harness';
import { comparisonsOn, significanceLevel, type Comparison } from '../comparisons.ts';
import { metricTitle } from '../metric-words.ts';
import { noNumber, significant } from '../numbers.ts';
import { groupBy, type SummaryRow } from '../summary.ts';
import { blocks, escaped, listed, table } from './markdown.ts';

/** The tests of a dataset, folded away; '' where none was possible. */
export function comparisonTable(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): string {
  const compared = comparisonsOn(run, summary, dataset);
  if (compared.every(({ pValue }) => pValue === null)) return '';
  const rows = compared.map(({ best, next, probability, pValue, adjusted, ...comparison }) => [
    titled(comparison),
    escaped(best.label),
    escaped(next.label),
    significant(probability, 2),
    pValue === null ? noNumber : significant(pValue, 2),
    adjusted === null ? noNumber : marked(adjusted),
  ]);
  return blocks(
    '<details><summary>Best against next best: could it be chance?</summary>',
    table(
      [
        { title: 'Metric' },
        { title: 'Best' },
        { title: 'Next best' },
        { title: 'P(better)', align: 'right' },
        { title: 'p', align: 'right' },
        { title: 'p, Holm', align: 'right' },
      ],
      rows,
    ),
    "By means over runs. P(better): how often a run of the best is better than one of the next best, ties counted half. p: two-sided permutation test of their runs' means; beside it, adjusted by Holm for all metrics of the table. Bold: at most 0.05.",
    '</details>',
  );
}

const marked = (p: number): string => (p <= significanceLevel ? `**${significant(p, 2)}**` : significant(p, 2));

const titled = ({ column: { metric, features } }: Pick<Comparison, 'column'>): string =>
  `${escaped(metricTitle(metric))}${features === '' ? '' : ` <sub>${escaped(features.replaceAll('-', ' '))}</sub>`}`;

/** What the tests leave of differences, in a sentence; '' where none was possible. */
export function testedDifferences(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): string {
  const tested = comparisonsOn(run, summary, dataset).filter(({ adjusted }) => adjusted !== null);
  if (tested.length === 0) return '';
  const confirmed = tested.filter(({ adjusted }) => (adjusted ?? 1) <= significanceLevel);
  const test = `Permutation tests of best against next best, adjusted by Holm for ${tested.length === 1 ? 'one metric' : `${tested.length} metrics`},`;
  if (confirmed.length === 0) return `${test} call no difference significant at 5 %.`;
  const wins = [...groupBy(confirmed, ({ best }) => best.label)].map(
    ([label, won]) => `${escaped(label)} on ${listed(won.map(titled))}`,
  );
  return `${test} call significant at 5 %: ${wins.join('; ')}.`;
}
