import type { DatasetCard, SuiteRun } from '@kindred/harness';
import { binomialCoefficient } from '@kindred/metrics';
import { metricTitle } from '../metric-words.ts';
import { floorData, isOf, modelsOn, sourceData, type Model } from '../models.ts';
import { rounded, significant } from '../numbers.ts';
import { ranking, separatedBest } from '../ranking.ts';
import { cellOf, columnsOf, groupBy, isRepeated, type Column, type SummaryRow } from '../summary.ts';
import { testedDifferences } from './comparison-table.ts';
import { rankAgreement } from './feature-space-orders.ts';
import { escaped, listed } from './markdown.ts';

/** What the numbers of a dataset say, in sentences that hold whichever way the numbers fall. */
export function findings(run: SuiteRun, summary: readonly SummaryRow[], card: DatasetCard): string[] {
  const scope: Scope = { summary, dataset: card.name, models: modelsOn(run, card.name) };
  const columns = columnsOf(summary, card.name);
  return [
    ...survivorship(run, scope),
    ...columns
      .filter(({ metric }) => metric === 'frechet-distance')
      .flatMap((column) => distanceAgainstBounds(scope, column)),
    ...columns.filter(({ metric }) => metric === 'modes').flatMap((column) => modesFound(scope, column, card)),
    ...columns
      .filter(({ metric }) => metric === 'bits-per-character')
      .flatMap((column) => bitsAgainstSource(scope, column, card)),
    ...separations(scope, columns, testedDifferences(run, summary, card.name)),
    ...rankAgreement(run, summary, card.name),
  ];
}

interface Scope {
  readonly summary: readonly SummaryRow[];
  readonly dataset: string;
  readonly models: readonly Model[];
}

/** Whether each contender's distance lies where an honest model's must: above the floor and below the trivial `independent`. */
function distanceAgainstBounds({ summary, dataset, models }: Scope, column: Column): string[] {
  const meanOf = (model: { readonly family: string; readonly variant: string }): number | null =>
    cellOf(summary, dataset, model, column)?.mean ?? null;
  const contenders = models
    .filter(({ role }) => role === 'contender')
    .flatMap((model) => {
      const mean = meanOf(model);
      return mean === null ? [] : [{ label: escaped(model.label), mean }];
    });
  if (contenders.length === 0) return [];
  const floor = floorOf(summary, dataset, column);
  const independent = models.find(({ role, variant }) => role === 'baseline' && variant === 'independent');
  const ceiling = independent === undefined ? null : meanOf(independent);
  const values = listed(contenders.map(({ label, mean }) => `${label} ${significant(mean)}`));
  const those = (excluded: (mean: number) => boolean): string[] =>
    contenders.filter(({ mean }) => excluded(mean)).map(({ label }) => label);
  const sentences = [`${titleOf(column)}${inSpace(column)}: ${values}.`];
  if (floor !== null) {
    const claim = `above the floor (training against test split: ${floor.text})`;
    const offenders = those((mean) => mean <= floor.high);
    sentences.push(verdict(claim, offenders, contenders.length));
  }
  if (ceiling !== null && floor !== null && ceiling < 2 * floor.mean) {
    sentences.push(
      `Yet \`independent\`, a Gaussian per pixel or axis, scores ${significant(ceiling)}: means and covariances, all that this distance sees, hardly tell models of this data apart.`,
    );
  } else if (ceiling !== null) {
    const claim = `below \`independent\` (${significant(ceiling)})`;
    const offenders = those((mean) => mean >= ceiling);
    sentences.push(verdict(claim, offenders, contenders.length));
  }
  return [sentences.join(' ')];
}

interface Floor {
  readonly mean: number;
  /** Upper end of its interval: what lies below it may be as good as real data by chance. */
  readonly high: number;
  readonly text: string;
}

function floorOf(summary: readonly SummaryRow[], dataset: string, column: Column): Floor | null {
  const row = cellOf(summary, dataset, floorData, column);
  if (row === null || row.mean === null) return null;
  if (row.low === null || row.high === null) {
    return { mean: row.mean, high: row.mean, text: significant(row.mean) };
  }
  const [mean = '', low = '', high = ''] = rounded([row.mean, row.low, row.high]);
  return { mean: row.mean, high: row.high, text: `${mean}, interval ${low} to ${high}` };
}

function verdict(claim: string, offenders: readonly string[], of: number): string {
  if (offenders.length === 0) return of === 1 ? `It is ${claim}.` : `All are ${claim}.`;
  if (offenders.length === of) return of === 1 ? `**It is not ${claim}.**` : `**None is ${claim}.**`;
  return `**Not ${claim}: ${listed(offenders)}.**`;
}

function modesFound({ summary, dataset, models }: Scope, column: Column, { modes }: DatasetCard): string[] {
  const total = modes?.count ?? null;
  const found = models
    .filter(({ role }) => role === 'contender')
    .flatMap((model) => {
      const median = cellOf(summary, dataset, model, column)?.median ?? null;
      return median === null ? [] : [{ label: escaped(model.label), median }];
    });
  if (found.length === 0) return [];
  const values = listed(found.map(({ label, median }) => `${label} ${Math.round(10 * median) / 10}`));
  if (total === null) return [`Modes found, median over seeds: ${values}.`];
  const missing = found.filter(({ median }) => median < total).map(({ label }) => label);
  const verdict =
    missing.length === 0
      ? 'The median of every family is all of them.'
      : `**Modes are missing in: ${listed(missing)}.**`;
  return [`Modes found of ${total}, median over seeds: ${values}. ${verdict}`];
}

/** How far each contender is from the source of a text, and whether it is better than the trivial models. */
function bitsAgainstSource(
  { summary, dataset, models }: Scope,
  column: Column,
  { entropyRate }: DatasetCard,
): string[] {
  const meanOf = (model: { readonly family: string; readonly variant: string }): number | null =>
    cellOf(summary, dataset, model, column)?.mean ?? null;
  const measured = models.flatMap(({ label, role, ...model }) => {
    const mean = meanOf(model);
    return mean === null ? [] : [{ label: escaped(label), role, mean }];
  });
  const contenders = measured.filter(({ role }) => role === 'contender');
  if (contenders.length === 0) return [];
  const source = meanOf(sourceData);
  const gap = (mean: number): string => {
    if (source === null) return '';
    return ` (${significant(100 * Math.abs(mean / source - 1), 2)} % ${mean < source ? 'below' : 'above'} the source)`;
  };
  const values = listed(contenders.map(({ label, mean }) => `${label} ${significant(mean)}${gap(mean)}`));
  const sentences = [`Bits per character: ${values}.`];
  if (source !== null) {
    const rate =
      entropyRate === null ? '' : `; knowing that text too, ${significant(entropyRate / Math.LN2)}, the entropy rate`;
    sentences.push(
      `Knowing the source gives ${significant(source)}, for windows that begin anywhere and nothing known of the text before${rate}.`,
    );
  }
  const [baseline] = measured.filter(({ role }) => role === 'baseline').toSorted((a, b) => a.mean - b.mean);
  if (baseline !== undefined) {
    const offenders = contenders.filter(({ mean }) => mean >= baseline.mean).map(({ label }) => label);
    const claim = `below the best baseline, ${baseline.label} (${significant(baseline.mean)})`;
    sentences.push(verdict(claim, offenders, contenders.length));
  }
  return [sentences.join(' ')];
}

/** @param tested what tests say of the same, or '' */
function separations({ summary, dataset, models }: Scope, columns: readonly Column[], tested: string): string[] {
  const scores = columns.filter((column) => {
    if (isRepeated(column, columns)) return false;
    const ranked = ranking(summary, dataset, models, column);
    return ranked.length > 1 && ranked.every(({ model }) => hasInterval(cellOf(summary, dataset, model, column)));
  });
  if (scores.length === 0) return [];
  const best = scores.flatMap((column) => {
    const model = separatedBest(summary, dataset, models, column);
    return model === null ? [] : [{ label: escaped(model.label), column }];
  });
  if (best.length === 0) return [sentences('No interval separates one family from all others on any metric.', tested)];
  const wins = [...groupBy(best, ({ label }) => label)].map(
    ([label, won]) =>
      `${label} on ${listed(
        namesOf(
          won.map(({ column }) => column),
          columns,
        ),
      )}`,
  );
  const rest = scores.length - best.length;
  const others =
    rest === 0
      ? ''
      : rest === 1
        ? ' On the other metric intervals overlap.'
        : ` On the other ${rest} metrics intervals overlap.`;
  return [sentences(`Best, with an interval apart from every other family's: ${wins.join('; ')}.${others}`, tested)];
}

const sentences = (...texts: readonly string[]): string => texts.filter((text) => text !== '').join(' ');

function hasInterval(row: SummaryRow | null): boolean {
  return row !== null && row.low !== null && row.high !== null;
}

/** Means over survivors flatter a model that fails often: say so where it happens. */
function survivorship(run: SuiteRun, { dataset, models }: Scope): string[] {
  const failing = models.flatMap((model) => {
    const trials = run.trials.filter((trial) => trial.dataset === dataset && isOf(model, trial));
    const failed = trials.filter(({ status }) => status === 'failed').length;
    return failed === 0 ? [] : [`${escaped(model.label)} (${failed} of ${trials.length})`];
  });
  return failing.length === 0
    ? []
    : [`**Trials failed: ${listed(failing)}.** Means are over the trials that ended well.`];
}

/** How much a run with so many seeds can say at all. Null without seeds. */
export function seedsStatement(seeds: number): string | null {
  if (seeds === 0) return null;
  if (seeds === 1)
    return 'One seed: there is no spread over training seeds and no interval, so no difference here is evidence.';
  const least = 2 / binomialCoefficient(2 * seeds, seeds);
  const limit = `With ${seeds} seeds per model a permutation test between two models cannot reach a two-sided p below ${significant(least, 2)}`;
  return least > 0.05
    ? `${limit}: too few seeds to call any difference between two models significant at 5 %. A bootstrap interval over ${seeds} values is a rough one.`
    : `${limit}.`;
}

function inSpace({ features }: Column): string {
  return features === '' ? '' : ` (${escaped(features)} features)`;
}

/** Metrics by their titles, each once, with the feature spaces where those are not all that the dataset has it in. */
function namesOf(chosen: readonly Column[], columns: readonly Column[]): string[] {
  return [...groupBy(chosen, ({ metric }) => metric)].flatMap(([metric, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const all = columns.filter((column) => column.metric === metric).length;
    const spaces = listed(own.map(({ features }) => escaped(features)));
    return own.length === all ? titleOf(first) : `${titleOf(first)} (${spaces} features)`;
  });
}

function titleOf({ metric }: Column): string {
  return escaped(metricTitle(metric));
}
