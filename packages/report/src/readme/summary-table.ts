import type { SuiteRun } from '@kindred/harness';
import { columnsBySpace } from '../feature-spaces.ts';
import { directionMark, metricTitle } from '../metric-words.ts';
import { calibrationFamily, isOf, modelsOn, type Model } from '../models.ts';
import { measured, noNumber } from '../numbers.ts';
import { separatedBest } from '../ranking.ts';
import { cellOf, columnsOf, type Column, type SummaryRow } from '../summary.ts';
import { blocks, escaped, table } from './markdown.ts';

/** Metrics per table: more of them do not fit beside each other on a page. */
const columnsPerTable = 8;

/**
 * The results of a dataset: models as rows, test metrics as columns, each cell a mean over seeds above its 95 % interval. A
 * value is bold where its interval overlaps no other contender's. Baselines and the floor stand below, in italics. What was
 * measured in further feature spaces is folded away below.
 */
export function summaryTables(run: SuiteRun, summary: readonly SummaryRow[], dataset: string): string {
  const { first, further } = columnsBySpace(run, dataset, columnsOf(summary, dataset));
  const tablesOf = (chosen: readonly Column[]): string =>
    blocks(...evenParts(chosen).map((part) => oneTable(run, summary, dataset, part)));
  const folded = further.map(({ space, columns }) => {
    const tables = tablesOf(columns);
    const title = `<details><summary>The same in ${escaped(space)} features</summary>`;
    return tables === '' ? '' : blocks(title, tables, '</details>');
  });
  return blocks(tablesOf(first), ...folded);
}

/** Columns in as few tables as they fit in, as even as can be. */
export function evenParts<T>(columns: readonly T[]): (readonly T[])[] {
  const tables = Math.ceil(columns.length / columnsPerTable);
  const width = Math.ceil(columns.length / Math.max(1, tables));
  return Array.from({ length: tables }, (_, index) => columns.slice(index * width, (index + 1) * width));
}

function oneTable(run: SuiteRun, summary: readonly SummaryRow[], dataset: string, columns: readonly Column[]): string {
  const models = modelsOn(run, dataset);
  const best = columns.map((column) => separatedBest(summary, dataset, models, column));
  const rowOf = (model: Model): string[] => [
    model.role === 'baseline' ? `*${escaped(model.label)}*` : escaped(model.label),
    trialsOk(run, dataset, model),
    ...columns.map((column, index) =>
      cell(cellOf(summary, dataset, model, column), okTrials(run, dataset, model), best[index] === model),
    ),
  ];
  const floors = summary.filter((row) => row.dataset === dataset && row.family === calibrationFamily);
  // The source of the data states a likelihood and nothing else: it has no row in a table without one.
  const shown = floors.filter(({ metric, features }) =>
    columns.some((column) => column.metric === metric && column.features === features),
  );
  const names = [...new Set(shown.map(({ variant }) => variant))];
  const floorRow = (variant: string): string[] => [
    `*${escaped(variant.replaceAll('-', ' '))}*`,
    '',
    ...columns.map((column) => {
      const row = cellOf(summary, dataset, { family: calibrationFamily, variant }, column);
      return cell(row, row?.n ?? 0, false);
    }),
  ];
  return table(
    [
      { title: 'Model' },
      { title: 'Trials ok', align: 'center' },
      ...columns.map((column) => ({ title: heading(column), align: 'center' as const })),
    ],
    [...models.map((model) => rowOf(model)), ...names.map((variant) => floorRow(variant))],
  );
}

function heading({ metric, features, unit, better }: Column): string {
  const below = [features, unit].filter((text) => text !== '').map((text) => escaped(text.replaceAll('-', ' ')));
  return `${escaped(metricTitle(metric))}${directionMark(better)}${below.length === 0 ? '' : `<br><sub>${below.join(', ')}</sub>`}`;
}

/** Mean above interval; where fewer trials than ended well have a value, their number as well. */
function cell(row: SummaryRow | null, trials: number, best: boolean): string {
  if (row === null || row.mean === null) return noNumber;
  const interval = row.low === null || row.high === null ? [] : [row.low, row.high];
  const [mean = noNumber, low, high] = measured([row.mean, ...interval], row.unit);
  const notes = [
    ...(low === undefined || high === undefined || (low === mean && high === mean) ? [] : [`${low} to ${high}`]),
    ...(row.n === trials ? [] : [`n = ${row.n}`]),
  ];
  return [best ? `**${mean}**` : mean, ...notes.map((note) => `<sub>${note}</sub>`)].join('<br>');
}

function okTrials(run: SuiteRun, dataset: string, model: Model): number {
  return run.trials.filter((trial) => trial.dataset === dataset && trial.status === 'ok' && isOf(model, trial)).length;
}

/** Ok trials of those that were to run: '3/3'; 'n/a' where the family does not apply to the dataset. */
function trialsOk(run: SuiteRun, dataset: string, model: Model): string {
  const tried = run.trials.filter(
    (trial) => trial.dataset === dataset && trial.status !== 'not-applicable' && isOf(model, trial),
  );
  return tried.length === 0 ? 'n/a' : `${okTrials(run, dataset, model)}/${tried.length}`;
}
