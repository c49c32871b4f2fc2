import { fileNameOf, type MetricRow, type SuiteRun } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import { directionMark, metricOrder, metricTitle } from '../metric-words.ts';
import { isOf, modelsOn, type Model } from '../models.ts';
import { groupBy } from '../summary.ts';
import { lines, meanCurve, overExamples, valueAxis, type CurveValue } from './curves.ts';
import { axisTitle, frameFor, panelTitle, subtitleLines, type Panel, type StyleOf } from './theme.ts';

/** A metric of a checkpoint, with the model and the seed of its trial. */
interface Seen extends CurveValue {
  readonly label: string;
  readonly row: MetricRow;
}

/**
 * What models scored at checkpoints, over training examples: a panel per metric with all models. Likelihoods of training examples stand
 * dashed beside those of validation examples: where they part, a model learns its examples by heart. Null without checkpoints.
 */
export function validationPlot(run: SuiteRun, dataset: string, styleOf: StyleOf): TopLevelSpec | null {
  const models = modelsOn(run, dataset);
  const seen = models.flatMap((model) => seenOf(run, dataset, model));
  if (seen.length === 0) return null;
  const shown = models.filter(({ label }) => seen.some((value) => value.label === label));
  const metrics = [...groupBy(seen, ({ row }) => JSON.stringify([row.metric, row.features])).values()];
  const ordered = metrics.toSorted(([a], [b]) => order(a) - order(b));
  const columns = Math.min(2, ordered.length);
  return {
    name: `${fileNameOf(dataset)}-validation`,
    title: {
      text: `While training on ${dataset}`,
      subtitle: subtitleLines(
        'Measured on the validation split, which nothing is trained on; dashed: on training examples. Thin: one seed. Thick: mean over seeds.',
        380 * columns,
      ),
    },
    columns,
    bounds: 'flush',
    spacing: { row: 92, column: 58 },
    concat: ordered.flatMap((values) => panel(values, shown, styleOf)),
  };
}

const order = (seen: Seen | undefined): number => (seen ? metricOrder(seen.row.metric) : 0);

function seenOf(run: SuiteRun, dataset: string, model: Model): Seen[] {
  const trials = run.trials.filter((trial) => trial.dataset === dataset && isOf(model, trial));
  return trials.flatMap(({ seed, checkpoints }) =>
    checkpoints.flatMap(({ examples, metrics }) =>
      metrics.map((row) => ({ label: model.label, seed, examples, value: row.value, row })),
    ),
  );
}

function panel(values: readonly Seen[], models: readonly Model[], styleOf: StyleOf): Panel[] {
  const [first] = values;
  if (first === undefined) return [];
  const { metric, features, unit, better } = first.row;
  const seeds = values.map(({ label, row, seed, examples, value }) => ({
    label,
    split: row.split,
    seed,
    examples,
    value,
  }));
  const means = [...groupBy(seeds, ({ label, split }) => JSON.stringify([label, split])).values()].flatMap((own) =>
    meanCurve(own).map(({ examples, value }) => ({ label: own[0]?.label, split: own[0]?.split, examples, value })),
  );
  const labels = models.map(({ label }) => label);
  const looks = models.map((model) => styleOf(model));
  const label = { field: 'label', type: 'nominal' as const };
  const legend = {
    title: null,
    orient: 'top' as const,
    columns: 4,
    symbolSize: 80,
    symbolStrokeWidth: 1.5,
    symbolOpacity: 1,
  };
  const color = { ...label, scale: { domain: labels, range: looks.map(({ colour }) => colour) }, legend };
  const shape = { ...label, scale: { domain: labels, range: looks.map((look) => look.shape) }, legend };
  const dashes = {
    domain: ['validation', 'train'],
    range: [
      [1, 0],
      [5, 4],
    ],
  };
  const strokeDash = { field: 'split', type: 'nominal' as const, scale: dashes, legend: null };
  const isShare = unit === 'share';
  const { scale, ticks, isLog } = frameFor(
    seeds.map(({ value }) => value),
    isShare ? 6 : 10,
    isShare,
  );
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    axis: { ...valueAxis, title: axisTitle(unit, isLog), ...(ticks && { values: ticks }) },
    scale,
  };
  const encoding = { x: overExamples, y, color };
  return [
    {
      title: {
        ...panelTitle,
        text: `${metricTitle(metric)}${directionMark(better)}`,
        subtitle: features === '' ? [] : [`features: ${features}`],
      },
      width: 320,
      height: 200,
      layer: [
        {
          data: { values: seeds },
          mark: { ...lines.seed, opacity: 0.35 },
          encoding: { ...encoding, strokeDash, detail: { field: 'seed' } },
        },
        { data: { values: means }, mark: lines.mean, encoding: { ...encoding, strokeDash } },
        {
          data: { values: means.filter(({ split }) => split === 'validation') },
          mark: { type: 'point', filled: true, size: 45, opacity: 1 },
          encoding: { ...encoding, shape },
        },
      ],
    },
  ];
}
