import { fileNameOf, type SuiteRun } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import { columnsBySpace } from '../feature-spaces.ts';
import { directionMark, isPlotted, metricTitle } from '../metric-words.ts';
import { calibrationFamily, isOf, modelsOn, sourceData, type Model } from '../models.ts';
import { averaged } from '../seeds.ts';
import { cellOf, columnsOf, isRepeated, type Column, type SummaryRow } from '../summary.ts';
import {
  axisTitle,
  frameFor,
  ink,
  numberFormat,
  panelColumns,
  panelTitle,
  subtitleLines,
  type Panel,
  type StyleOf,
} from './theme.ts';

/** The metric that is shown in every feature space: whether spaces agree is seen there. */
const comparedMetric = 'frechet-distance';

/**
 * Dot plot of the test metrics of a dataset that have a panel: a large mark per model at the mean over seeds, its 95 % interval as a line,
 * each seed as a small tick, the calibration as dashed lines. Null where the dataset has no metric.
 */
export function qualityPlot(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  dataset: string,
  styleOf: StyleOf,
): TopLevelSpec | null {
  const models = modelsOn(run, dataset);
  const all = columnsOf(summary, dataset);
  const { first } = columnsBySpace(run, dataset, all);
  const columns = all
    .filter((column) => isPlotted(column.metric) && (column.metric === comparedMetric || first.includes(column)))
    .filter((column) => !isRepeated(column, all))
    .map((column) => ({ column, data: panelData(run, summary, column, { dataset, models }) }))
    .filter(({ data }) => data.means.length > 0);
  if (columns.length === 0) return null;
  const perRow = panelColumns(columns.length);
  const hasSource = columns.some(({ column }) => cellOf(summary, dataset, sourceData, column) !== null);
  const source = hasSource ? '; of likelihoods, the source of the data' : '';
  return {
    name: `${fileNameOf(dataset)}-quality`,
    title: {
      text: `Quality on ${dataset}`,
      subtitle: subtitleLines(
        `Mark: mean over ${averaged(run)}. Line: 95 % bootstrap interval. Ticks: single seeds. Dashed: real data against the test split${source}.`,
        260 + 220 * (perRow - 1),
      ),
    },
    columns: perRow,
    bounds: 'flush',
    spacing: { row: 92, column: 30 },
    concat: columns.map(({ column, data }, index) =>
      panel(column, data, { models, styleOf, named: index % perRow === 0 }),
    ),
  };
}

interface PanelData {
  readonly means: readonly { label: string; value: number; low: number; high: number }[];
  readonly seeds: readonly { label: string; value: number }[];
  readonly floor: readonly { value: number }[];
}

function panelData(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  column: Column,
  { dataset, models }: { readonly dataset: string; readonly models: readonly Model[] },
): PanelData {
  const isHere = (row: { metric: string | null; features: string; split: string }): boolean =>
    row.metric === column.metric && row.features === column.features && row.split === 'test';
  const means = models.flatMap((model) => {
    const row = cellOf(summary, dataset, model, column);
    if (row === null || row.mean === null) return [];
    return [{ label: model.label, value: row.mean, low: row.low ?? row.mean, high: row.high ?? row.mean }];
  });
  const seeds = models.flatMap((model) =>
    run.trials
      .filter((trial) => trial.dataset === dataset && trial.status === 'ok' && isOf(model, trial))
      .flatMap(({ metrics }) => metrics.filter((row) => isHere(row) && Number.isFinite(row.value)))
      .map(({ value }) => ({ label: model.label, value })),
  );
  const floor = summary
    .filter((row) => row.dataset === dataset && row.family === calibrationFamily && isHere(row))
    .flatMap(({ mean }) => (mean === null ? [] : [{ value: mean }]));
  return { means, seeds, floor };
}

interface PanelLook {
  readonly models: readonly Model[];
  readonly styleOf: StyleOf;
  /** Whether the models' names stand beside the panel: the first of each row. */
  readonly named: boolean;
}

function panel(column: Column, data: PanelData, { models, styleOf, named }: PanelLook): Panel {
  const labels = models.map(({ label }) => label);
  const looks = models.map((model) => styleOf(model));
  const label = { field: 'label', type: 'nominal' as const };
  const y = {
    ...label,
    sort: labels,
    scale: { domain: labels },
    axis: { title: null, labels: named, ticks: false, domain: false, grid: true, labelFontSize: 12, labelPadding: 8 },
  };
  const x = { field: 'value', type: 'quantitative' as const, ...valueAxis(column, data) };
  const color = { ...label, scale: { domain: labels, range: looks.map(({ colour }) => colour) }, legend: null };
  const shape = { ...label, scale: { domain: labels, range: looks.map(({ shape }) => shape) }, legend: null };
  const floor = {
    data: { values: [...data.floor] },
    mark: { type: 'rule' as const, strokeDash: [4, 3], color: ink, strokeWidth: 1.2 },
    encoding: { x },
  };
  const means = { values: [...data.means] };
  return {
    title: {
      ...panelTitle,
      text: `${metricTitle(column.metric)}${directionMark(column.better)}`,
      subtitle: column.features === '' ? [] : [`features: ${column.features}`],
    },
    width: 200,
    height: { step: 24 },
    layer: [
      ...(data.floor.length === 0 ? [] : [floor]),
      {
        data: means,
        mark: { type: 'rule', strokeWidth: 2.5 },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' }, color },
      },
      {
        data: { values: [...data.seeds] },
        mark: { type: 'tick', thickness: 1.2, size: 14, opacity: 0.75 },
        encoding: { y, x, color },
      },
      { data: means, mark: { type: 'point', filled: true, size: 75, opacity: 1 }, encoding: { y, x, color, shape } },
    ],
  };
}

/** Shares keep their whole range, so that panels compare; other metrics take the range of their values. */
function valueAxis({ unit }: Column, data: PanelData) {
  const values = [...data.means.flatMap(({ low, high }) => [low, high]), ...data.seeds.map(({ value }) => value)];
  const isShare = unit === 'share';
  const all = [...values, ...data.floor.map(({ value }) => value)];
  const { scale, ticks, isLog } = frameFor(all, isShare ? 6 : 12, isShare);
  const axis = { title: axisTitle(unit, isLog), format: numberFormat, tickCount: 4 };
  return { scale, axis: ticks === undefined ? axis : { ...axis, values: ticks } };
}
