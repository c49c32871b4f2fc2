import { fileNameOf, type SuiteRun, type TrialRecord } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import { isOf, modelsOn, type Model } from '../models.ts';
import { curveOf, lines, meanCurve, overExamples, valueAxis } from './curves.ts';
import { frameFor, panelTitle, subtitleLines, type Panel } from './theme.ts';

/** Who a curve is of: colours are the same in every panel. */
const colours = { 'real examples': '#009e73', samples: '#d55e00', discriminator: '#0072b2', generator: '#e69f00' };
type Who = keyof typeof colours;

interface Chart {
  readonly title: string;
  /** Logged names, and who they are of. */
  readonly curves: Readonly<Record<string, Who>>;
  readonly isShare?: true;
}

/** What is shown of a game between a discriminator and a generator, from left to right. */
const charts: readonly Chart[] = [
  { title: 'mean score', curves: { realScore: 'real examples', fakeScore: 'samples' } },
  { title: "discriminator's accuracy", curves: { discriminatorAccuracy: 'discriminator' }, isShare: true },
  {
    title: 'gradient norm',
    curves: { discriminatorGradientNorm: 'discriminator', generatorGradientNorm: 'generator' },
  },
];

const names = new Set(charts.flatMap(({ curves }) => Object.keys(curves)));

/** Whether a logged name is shown here, so that other plots need not. */
export const isOfGame = (name: string): boolean => names.has(name);

/** Whether trials are those of a game: they log what the discriminator says of real examples and of samples. */
export function isGame(trials: readonly TrialRecord[]): boolean {
  return ['realScore', 'fakeScore'].every((name) =>
    trials.some(({ curve }) => curve.some(({ losses }) => losses[name] !== undefined)),
  );
}

/**
 * How the players of adversarial models stand, over training examples: a row per model with the scores of real examples and samples, how
 * often the discriminator is right, and the norms of the gradients. Null where no model logs such scores.
 */
export function gamePlot(run: SuiteRun, dataset: string): TopLevelSpec | null {
  const rows = modelsOn(run, dataset).flatMap((model) => {
    const trials = run.trials.filter((trial) => trial.dataset === dataset && isOf(model, trial));
    return isGame(trials) ? [charts.flatMap((chart) => panel(model, chart, trials))] : [];
  });
  const drawn = rows.filter((panels) => panels.length > 0);
  if (drawn.length === 0) return null;
  return {
    name: `${fileNameOf(dataset)}-game`,
    title: {
      text: `The game on ${dataset}`,
      subtitle: subtitleLines(
        'What the discriminator says of real examples and of samples, the share that it tells apart, and the norm of each gradient. Thin: one seed. Thick: mean over seeds. Scores of different losses do not compare.',
        245 * Math.max(...drawn.map((panels) => panels.length)),
      ),
    },
    spacing: 34,
    vconcat: drawn.map((hconcat) => ({ hconcat, bounds: 'flush', spacing: 58 })),
  };
}

/** One chart of a model: its curves in one frame; none where nothing of it was logged. */
function panel(model: Model, { title, curves, isShare }: Chart, trials: readonly TrialRecord[]): Panel[] {
  const byName = Object.entries(curves).map(([name, who]) => {
    const values = trials.flatMap((trial) => curveOf(trial, name));
    return { who, values, means: meanCurve(values) };
  });
  const values = byName.flatMap(({ who, values: own }) => own.map((value) => ({ ...value, who })));
  const means = byName.flatMap(({ who, means: own }) => own.map((value) => ({ ...value, who })));
  if (values.length === 0) return [];
  const { scale, ticks, isLog } = frameFor(
    values.map(({ value }) => value),
    8,
    isShare ?? false,
  );
  const y = {
    field: 'value',
    type: 'quantitative' as const,
    axis: ticks === undefined ? valueAxis : { ...valueAxis, values: ticks },
    scale,
  };
  const color = {
    field: 'who',
    type: 'nominal' as const,
    scale: { domain: Object.keys(colours), range: Object.values(colours) },
    legend: { title: null, orient: 'top' as const, symbolType: 'stroke', symbolStrokeWidth: 3, symbolOpacity: 1 },
  };
  const encoding = { x: overExamples, y, color };
  return [
    {
      title: { ...panelTitle, text: model.label, subtitle: isLog ? `${title}, log scale` : title },
      width: 200,
      height: 120,
      layer: [
        { data: { values }, mark: lines.seed, encoding: { ...encoding, detail: { field: 'seed' } } },
        { data: { values: means }, mark: lines.mean, encoding },
      ],
    },
  ];
}
