import { fileNameOf, type SuiteRun } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import { directionMark, metricTitle } from '../metric-words.ts';
import { isOf, modelsOn, type Model } from '../models.ts';
import { cellOf, type Column, type SummaryRow } from '../summary.ts';
import { countLabels, frameFor, numberFormat, scaleFor, subtitleLines, type StyleOf } from './theme.ts';

type Panel = Extract<TopLevelSpec, { hconcat: unknown }>['hconcat'][number];

interface CostValue {
  readonly label: string;
  readonly cost: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Quality against cost: the mean of one metric, with its interval, against the seconds of training (mean over seeds) and,
 * where it was timed, against the speed of sampling. Null without a model that has both.
 */
export function costPlot(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  column: Column,
  { dataset, styleOf }: { readonly dataset: string; readonly styleOf: StyleOf },
): TopLevelSpec | null {
  const models = modelsOn(run, dataset);
  const withCost = (costOf: (model: Model) => number | null): CostValue[] =>
    models.flatMap((model) => {
      const row = cellOf(summary, dataset, model, column);
      const cost = costOf(model);
      if (row === null || row.mean === null || cost === null || !Number.isFinite(cost) || cost <= 0) return [];
      return [{ label: model.label, cost, value: row.mean, low: row.low ?? row.mean, high: row.high ?? row.mean }];
    });
  const measures = [
    { title: 'training time, seconds', values: withCost((model) => trainingSeconds(run, dataset, model)) },
    { title: 'sampling speed, samples/s', values: withCost((model) => samplesPerSecond(run, dataset, model)) },
  ].filter(({ values }) => values.length > 0);
  if (measures.length === 0) return null;
  const shown = models.filter(({ label }) =>
    measures.some(({ values }) => values.some((value) => value.label === label)),
  );
  const quality = qualityAxis(
    column,
    measures.flatMap(({ values }) => values),
  );
  const space = column.features === '' ? '' : ` (features: ${column.features})`;
  return {
    name: `${fileNameOf(dataset)}-cost`,
    title: {
      text: `Quality against cost on ${dataset}`,
      subtitle: subtitleLines(
        `${metricTitle(column.metric)}${space}: mean over seeds, 95 % interval. ${goal(column)}${quality.isLog ? ' It is on a log scale.' : ''}`.trim(),
        340 * measures.length,
      ),
    },
    spacing: 30,
    hconcat: measures.map(({ title, values }) => panel({ title, values, quality }, { models: shown, styleOf })),
  };
}

function goal({ better }: Column): string {
  return {
    lower: 'Lower is better.',
    higher: 'Higher is better.',
    one: 'Closer to one is better.',
    half: 'Closer to one half is better.',
    zero: 'Closer to zero is better.',
    real: 'Closer to the value of unseen real data is better.',
    none: '',
  }[better];
}

/** Baselines are not trained: their time says nothing. */
function trainingSeconds(run: SuiteRun, dataset: string, model: Model): number | null {
  if (model.role === 'baseline') return null;
  const seconds = run.trials
    .filter((trial) => trial.dataset === dataset && trial.status === 'ok' && isOf(model, trial))
    .map(({ spent }) => spent.seconds);
  return seconds.length === 0 ? null : seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
}

/** The speed at the largest batch that was timed. */
function samplesPerSecond(run: SuiteRun, dataset: string, model: Model): number | null {
  const timings = run.throughput.filter(
    (record) => record.dataset === dataset && record.work === 'sample' && isOf(model, record),
  );
  const largest = timings.reduce((best, record) => Math.max(best, record.batch), 0);
  return timings.find(({ batch }) => batch === largest)?.perSecond ?? null;
}

/** Values that span more than this are drawn on a log scale: costs are read as ratios. */
const costSpan = 3;

/** One scale for all panels, so that a model stands at the same height in each; shares keep their whole range. */
function qualityAxis(column: Column, values: readonly CostValue[]) {
  const isShare = column.unit === 'share';
  const ends = values.flatMap(({ low, high }) => [low, high]);
  const { scale, ticks, isLog } = frameFor(ends, isShare ? 8 : 16, isShare);
  const title = `${metricTitle(column.metric)}${directionMark(column.better)}`;
  const axis = { title, format: numberFormat, tickCount: 5 };
  return { scale, isLog, axis: ticks === undefined ? axis : { ...axis, values: ticks } };
}

interface PanelContent {
  readonly title: string;
  readonly values: readonly CostValue[];
  readonly quality: ReturnType<typeof qualityAxis>;
}

function panel(
  { title, values, quality }: PanelContent,
  { models, styleOf }: { readonly models: readonly Model[]; readonly styleOf: StyleOf },
): Panel {
  const labels = models.map(({ label }) => label);
  const looks = models.map((model) => styleOf(model));
  const cost = scaleFor(
    values.map((value) => value.cost),
    30,
    costSpan,
  );
  const costAxis = { title: `${title}${cost.isLog ? ', log scale' : ''}`, labelExpr: countLabels, tickCount: 5 };
  const x = {
    field: 'cost',
    type: 'quantitative' as const,
    scale: cost.scale,
    axis: cost.ticks === undefined ? costAxis : { ...costAxis, values: cost.ticks },
  };
  const y = { field: 'value', type: 'quantitative' as const, scale: quality.scale, axis: quality.axis };
  const label = { field: 'label', type: 'nominal' as const, legend: { title: null } };
  const color = { ...label, scale: { domain: labels, range: looks.map(({ colour }) => colour) } };
  const shape = { ...label, scale: { domain: labels, range: looks.map(({ shape }) => shape) } };
  return {
    width: 270,
    height: 210,
    data: { values: [...values] },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      { mark: { type: 'point', filled: true, size: 110, opacity: 1 }, encoding: { x, y, color, shape } },
    ],
  };
}
