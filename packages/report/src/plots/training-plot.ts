import { fileNameOf, type SuiteRun } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import { isOf, modelsOn, type Model } from '../models.ts';
import { curveOf, lines, meanCurve, overExamples, valueAxis, type CurveValue } from './curves.ts';
import { isGame, isOfGame } from './game-plot.ts';
import { panelColumns, panelTitle, subtitleLines, type ModelStyle, type Panel, type StyleOf } from './theme.ts';

/**
 * Training curves of a dataset: a panel per model and loss, over the training examples seen; each seed is a thin line, their
 * mean a thick one. Baselines are left out: they do not learn by steps; so is what the plot of a game shows. Null where no trial has a curve.
 */
export function trainingPlot(run: SuiteRun, dataset: string, styleOf: StyleOf): TopLevelSpec | null {
  const contenders = modelsOn(run, dataset).filter(({ role }) => role === 'contender');
  const panels = contenders.flatMap((model) => {
    const trials = run.trials.filter((trial) => trial.dataset === dataset && isOf(model, trial));
    const losses = new Set(trials.flatMap(({ curve }) => curve.flatMap(({ losses }) => Object.keys(losses))));
    const shownElsewhere = isGame(trials) ? isOfGame : () => false;
    return [...losses].flatMap((loss): Panel[] => {
      if (shownElsewhere(loss)) return [];
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

function panel(model: Model, loss: string, values: readonly CurveValue[], { colour }: ModelStyle): Panel {
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    axis: valueAxis,
    scale: { zero: false, nice: false, padding: 8 },
  };
  const encoding = { x: overExamples, y };
  return {
    title: { ...panelTitle, text: model.label, subtitle: inWords(loss) },
    width: 200,
    height: 120,
    layer: [
      {
        data: { values: [...values] },
        mark: { ...lines.seed, color: colour },
        encoding: { ...encoding, detail: { field: 'seed' } },
      },
      {
        data: { values: meanCurve(values) },
        mark: { ...lines.mean, color: colour },
        encoding,
      },
    ],
  };
}

/** `discriminatorLoss` becomes 'discriminator loss'. */
function inWords(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
}
