import type { SuiteRun } from '@kindred/harness';
import { metricTitle } from '../metric-words.ts';
import { modelsOn } from '../models.ts';
import { counted, significant } from '../numbers.ts';
import { meanKendallTau } from '../rank-agreement.ts';
import { ranking, type Ranked } from '../ranking.ts';
import { columnsOf, groupBy, type SummaryRow } from '../summary.ts';
import { blocks, escaped, listed, table } from './markdown.ts';

/** How the feature spaces that a metric was measured in rank the families. */
interface Comparison {
  readonly title: string;
  readonly orders: readonly { readonly space: string; readonly ranked: readonly Ranked[] }[];
  /** Kendall's τ, the mean over pairs of spaces: 1 where all rank alike. */
  readonly tau: number;
}

/**
 * The metrics of a dataset that were measured in several feature spaces: do the spaces rank the families alike, by their means? A ranking
 * that depends on the space is no property of the models. A metric that ties all families in a space, as a recall of 0 does, ranks nothing
 * there, and is left out.
 */
function comparisons(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): Comparison[] {
  const models = modelsOn(run, dataset);
  return [...groupBy(columnsOf(summary, dataset), ({ metric }) => metric)].flatMap(([metric, columns]) => {
    const orders = columns.map((column) => ({
      space: escaped(column.features),
      ranked: ranking(summary, dataset, models, column),
    }));
    const tau = meanKendallTau(comparable(orders.map(({ ranked }) => ranked)));
    return tau === null ? [] : [{ title: escaped(metricTitle(metric)), orders, tau }];
  });
}

/** The means of the same families in one order, or none: where a family has no value in a space there is nothing to compare. */
function comparable(rankings: readonly (readonly Ranked[])[]): readonly (readonly number[])[] {
  const aligned = rankings.map((ranked) => ranked.toSorted((a, b) => (a.model.label < b.model.label ? -1 : 1)));
  const sets = new Set(aligned.map((ranked) => ranked.map(({ model }) => model.label).join('\n')));
  return sets.size === 1 ? aligned.map((ranked) => ranked.map(({ mean }) => mean)) : [];
}

/** By how many metrics the spaces agree, in one line, with the first that they do not agree on; none where nothing is compared. */
export function rankAgreement(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): string[] {
  const compared = comparisons(run, summary, dataset);
  if (compared.length === 0) return [];
  const tau = significant(compared.reduce((sum, metric) => sum + metric.tau, 0) / compared.length, 2);
  const [first, ...further] = compared.filter((metric) => metric.tau < 1);
  const alike = compared.length - (first === undefined ? 0 : 1 + further.length);
  const agreement = `Rank agreement of ${listed(spacesOf(compared))} features: the families come in the same order by ${alike} of ${counted(compared.length, 'metric')}`;
  if (first === undefined) return [`${agreement} (mean Kendall's τ ${tau}).`];
  const sameBest = compared.filter(hasOneBest).length;
  const example = listed(first.orders.map(({ space, ranked }) => `${space} ${inOrder(ranked)}`));
  return [
    `**${agreement}**, and the same one is best by ${sameBest} (mean Kendall's τ ${tau}). By ${first.title}, best first: ${example}.`,
  ];
}

/** The orders themselves, folded away; '' where the spaces agree on all of them, or there are none. */
export function ordersTable(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): string {
  const compared = comparisons(run, summary, dataset);
  if (compared.every(({ tau }) => tau === 1)) return '';
  const spaces = spacesOf(compared);
  const rows = compared.map(({ title, orders, tau }) => {
    const cells = spaces.map((space) => inOrder(orders.find((order) => order.space === space)?.ranked ?? []));
    return [title, cells, significant(tau, 2)].flat();
  });
  return blocks(
    '<details><summary>How each feature space orders the families, best first</summary>',
    table([{ title: 'Metric' }, ...spaces.map((title) => ({ title })), { title: "Kendall's τ", align: 'right' }], rows),
    '</details>',
  );
}

const spacesOf = (compared: readonly Comparison[]): string[] => [
  ...new Set(compared.flatMap(({ orders }) => orders.map(({ space }) => space))),
];

/** Whether all spaces have the same families in the first place. */
function hasOneBest({ orders }: Comparison): boolean {
  const best = orders.map(({ ranked: [first, ...others] }) => {
    const tied = others.filter(({ mean }) => mean === first?.mean);
    return [...(first === undefined ? [] : [first]), ...tied].map(({ model }) => model.label).join('\n');
  });
  return new Set(best).size === 1;
}

/** Families from best to worst: `gan &lt; vae = flow`. */
function inOrder(ranked: readonly Ranked[]): string {
  return ranked.reduce((text, { model, mean }, place) => {
    const before = ranked[place - 1];
    if (before === undefined) return escaped(model.label);
    return `${text} ${before.mean === mean ? '=' : '&lt;'} ${escaped(model.label)}`;
  }, '');
}
