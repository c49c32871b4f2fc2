import { fileNameOf, type SuiteRun, type TrialRecord } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import { isOf, modelsOn, type Model } from '../models.ts';
import {
  countLabels,
  numberFormat,
  panelColumns,
  panelTitle,
  subtitleLines,
  type ModelStyle,
  type StyleOf,
} from './theme.ts';

type Panel = Extract<TopLevelSpec, { concat: unknown }>['concat'][number];

/**
 * Training curves of a dataset: a panel per model and loss, over the training examples seen; each seed is a thin line, their
 * mean a thick one. Baselines are left out: they do not learn by steps. Null where no trial has a curve.
 */
export function trainingPlot(run: SuiteRun, dataset: string, styleOf: StyleOf): TopLevelSpec | null {
  const contenders = modelsOn(run, dataset).filter(({ role }) => role === 'contender');
  const panels = contenders.flatMap((model) => {
    const trials = run.trials.filter((trial) => trial.dataset === dataset && isOf(model, trial));
    const losses = new Set(trials.flatMap(({ curve }) => curve.flatMap(({ losses }) => Object.keys(losses))));
    return [...losses].flatMap((loss): Panel[] => {
      const values = trials.flatMap((trial) => curveOf(trial, loss));
      return values.length === 0 ? [] : [panel(model, loss, values, styleOf(model))];
    });
  });
  if (panels.length === 0) return null;
  return {
    name: `${fileNameOf(dataset)}-training`,
    title: {
      text: `Training on ${dataset}`,
      subtitle: subtitleLines(
        'Losses over training examples. Thin: one seed. Thick: mean over seeds. Losses of different models do not compare.',
        245 * panelColumns(panels.length),
      ),
    },
    columns: panelColumns(panels.length),
    bounds: 'flush',
    spacing: { row: 92, column: 58 },
    concat: panels,
  };
}

interface CurveValue {
  readonly seed: number;
  readonly examples: number;
  readonly value: number;
}

function curveOf({ seed, curve }: TrialRecord, loss: string): CurveValue[] {
  return curve.flatMap(({ examples, losses }) => {
    const value = losses[loss];
    return value === undefined || !Number.isFinite(value) ? [] : [{ seed, examples, value }];
  });
}

/** Points that every seed has, averaged: a seed that ended early must not bend the mean. */
function meanCurve(values: readonly CurveValue[]) {
  const seeds = new Set(values.map(({ seed }) => seed)).size;
  const byExamples = new Map<number, number[]>();
  for (const { examples, value } of values) byExamples.set(examples, [...(byExamples.get(examples) ?? []), value]);
  return [...byExamples]
    .filter(([, found]) => found.length === seeds)
    .map(([examples, found]) => ({ examples, value: found.reduce((sum, value) => sum + value, 0) / seeds }))
    .toSorted((a, b) => a.examples - b.examples);
}

function panel(model: Model, loss: string, values: readonly CurveValue[], { colour }: ModelStyle): Panel {
  const x = {
    field: 'examples',
    type: 'quantitative' as const,
    axis: {
      title: 'training examples',
      labelExpr: countLabels,
      tickCount: 4,
      grid: false,
    },
  };
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    // Flush: a label at the very top would lift this panel's title above its neighbours'.
    axis: { title: null, format: numberFormat, tickCount: 4, labelFlush: 7 },
    scale: { zero: false, nice: false, padding: 8 },
  };
  return {
    title: { ...panelTitle, text: model.label, subtitle: inWords(loss) },
    width: 200,
    height: 120,
    layer: [
      {
        data: { values: [...values] },
        mark: { type: 'line', strokeWidth: 1, opacity: 0.5, color: colour },
        encoding: { x, y, detail: { field: 'seed' } },
      },
      {
        data: { values: meanCurve(values) },
        mark: { type: 'line', strokeWidth: 2.4, color: colour },
        encoding: { x, y },
      },
    ],
  };
}

/** `discriminatorLoss` becomes 'discriminator loss'. */
function inWords(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
}
