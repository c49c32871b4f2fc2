import type { TopLevelSpec } from 'vega-lite';
import { describe, expect, it } from 'vitest';
import { leadingColumn } from '../metric-words.ts';
import { modelsOf } from '../models.ts';
import { openSharp } from '../sheets/open-sharp.ts';
import { columnsOf, summarise } from '../summary.ts';
import { bitsRow, failedTrial, gameTrial, metricRow, suiteRun, textRun, trialRecord } from '../testing/fixture-run.ts';
import { costPlot } from './cost-plot.ts';
import { gamePlot } from './game-plot.ts';
import { qualityPlot } from './quality-plot.ts';
import { renderSvg } from './render.ts';
import { scatterPlot } from './scatter-plot.ts';
import { scaleFor, stylesOf, subtitleLines } from './theme.ts';
import { trainingPlot } from './training-plot.ts';
import { validationPlot } from './validation-plot.ts';

function plotsOf(run: ReturnType<typeof suiteRun>, dataset = 'digits'): Record<string, TopLevelSpec | null> {
  const summary = summarise(run);
  const styleOf = stylesOf(modelsOf(run));
  const column = leadingColumn(columnsOf(summary, dataset));
  return {
    quality: qualityPlot(run, summary, dataset, styleOf),
    training: trainingPlot(run, dataset, styleOf),
    game: gamePlot(run, dataset),
    validation: validationPlot(run, dataset, styleOf),
    cost: column === null ? null : costPlot(run, summary, column, { dataset, styleOf }),
  };
}

const clouds = (points: number[], note = '') => [
  { label: 'real data', note, colour: '#24292f', points: Float32Array.from(points) },
  { label: 'gan', note, colour: '#0072b2', points: Float32Array.from(points) },
];
const ring = suiteRun().datasets[1]!;

/** Whether the outermost pixels of the drawn plot are all white: nothing is cut off by the frame. */
async function hasWhiteBorder(svg: string): Promise<boolean> {
  const sharp = await openSharp();
  const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const white = (x: number, y: number): boolean => data[(y * width + x) * channels + 1] === 255;
  return (
    Array.from({ length: width }, (_, x) => white(x, 1) && white(x, height - 2)).every(Boolean) &&
    Array.from({ length: height }, (_, y) => white(1, y) && white(width - 2, y)).every(Boolean)
  );
}

const many = (metrics: number) =>
  Array.from({ length: metrics }, (_, index) => metricRow(1 + index, { metric: `long-name-of-metric-${index}` }));
const runs: Record<string, ReturnType<typeof suiteRun>> = {
  'the fixture': suiteRun(),
  'one seed': suiteRun({
    trials: [trialRecord(), trialRecord({ family: 'vae', metrics: [metricRow(3)] })],
  }),
  'negative values and zero': suiteRun({
    trials: [-2, 0, 3].map((value, seed) => trialRecord({ seed, metrics: [metricRow(value)] })),
  }),
  'equal values': suiteRun({ trials: [0, 1].map((seed) => trialRecord({ seed, metrics: [metricRow(136.352)] })) }),
  'all zero': suiteRun({ trials: [trialRecord({ metrics: [metricRow(0)] })], calibration: [] }),
  'values that are not finite': suiteRun({
    trials: [trialRecord(), trialRecord({ seed: 1, metrics: [metricRow(Number.NaN)] })],
  }),
  'values far apart': suiteRun({
    trials: [1e-4, 1e5].map((value, seed) => trialRecord({ seed, metrics: [metricRow(value)] })),
  }),
  'a trial that failed while training': suiteRun({ trials: [trialRecord(), failedTrial({ seed: 1 })] }),
  'many metrics and long names': suiteRun({
    calibration: [],
    trials: ['autoregressive', 'a-family-with-a-long-name'].map((family) =>
      trialRecord({ family, variant: 'a<b>&"c"', metrics: many(7) }),
    ),
  }),
};

describe.each(Object.entries(runs))('plots of %s', (_name, run) => {
  it.each(['quality', 'training', 'cost'])('%s: twice the same, without NaN, not cut off', async (kind) => {
    const plot = plotsOf(run)[kind]!;
    const svg = await renderSvg(plot);
    expect(svg).toBe(await renderSvg(plotsOf(run)[kind]!));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(await hasWhiteBorder(svg)).toBe(true);
  });
});

const games: Record<string, ReturnType<typeof suiteRun>> = {
  'two variants and two seeds': suiteRun({
    trials: ['wgan-gp', 'hinge'].flatMap((variant) => [0, 1].map((seed) => gameTrial({ variant, seed }))),
  }),
  'eleven variants': suiteRun({
    trials: Array.from({ length: 11 }, (_, i) => gameTrial({ variant: `variant-${i}`, seed: 0 })),
  }),
  'a game beside another model': suiteRun({ trials: [gameTrial(), trialRecord({ family: 'vae' })] }),
};

describe.each(Object.entries(games))('plots of %s', (_name, run) => {
  it.each(['training', 'game', 'validation'])('%s: twice the same, without NaN, not cut off', async (kind) => {
    const svg = await renderSvg(plotsOf(run)[kind]!);
    expect(svg).toBe(await renderSvg(plotsOf(run)[kind]!));
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(await hasWhiteBorder(svg)).toBe(true);
  });
});

type Titled = { title: { text: string; subtitle: string } };
const titlesOf = (panels: readonly Titled[]): string[] => panels.map(({ title }) => `${title.text}, ${title.subtitle}`);

describe('gamePlot', () => {
  it('has a row per model that logs scores, and leaves to the training plot what it does not show', () => {
    const { game, training } = plotsOf(games['a game beside another model']!);
    const { vconcat } = game as unknown as { vconcat: { hconcat: Titled[] }[] };
    expect(vconcat.map(({ hconcat }) => titlesOf(hconcat))).toStrictEqual([
      ['gan, mean score', "gan, discriminator's accuracy", 'gan, gradient norm, log scale'],
    ]);
    expect(titlesOf((training as unknown as { concat: Titled[] }).concat)).toStrictEqual([
      'gan, discriminator loss',
      'gan, generator loss',
      'vae, train loss',
    ]);
  });

  it('leaves out what was not logged, and is none where no model has scores', () => {
    const scores = gameTrial();
    const curve = scores.curve.map(({ step, examples, losses: { realScore = 0, fakeScore = 0 } }) => ({
      step,
      examples,
      losses: { realScore, fakeScore },
    }));
    const { vconcat } = gamePlot(suiteRun({ trials: [{ ...scores, curve }] }), 'digits') as unknown as {
      vconcat: { hconcat: Titled[] }[];
    };
    expect(vconcat.map(({ hconcat }) => titlesOf(hconcat))).toStrictEqual([['gan, mean score']]);
    expect(gamePlot(suiteRun(), 'digits')).toBeNull();
  });
});

describe('validationPlot', () => {
  it('has a panel per metric with all models that were measured, and is none without checkpoints', () => {
    const { concat } = plotsOf(games['two variants and two seeds']!).validation as unknown as {
      concat: (Titled & { layer: { data: { values: { label: string; split: string; value: number }[] } }[] })[];
    };
    expect(titlesOf(concat)).toStrictEqual(['Fréchet distance ↓, features: classifier', 'NLL ↓, features: pixels']);
    const [seeds, means] = concat[0]!.layer.map(({ data }) => data.values);
    expect(seeds!.map(({ label, value }) => [label, value])).toStrictEqual(
      ['gan wgan-gp', 'gan hinge'].flatMap((label) => [50, 25, 51, 26].map((value) => [label, value])),
    );
    expect(means!.map(({ value }) => value)).toStrictEqual([50.5, 25.5, 50.5, 25.5]);
    const splits = concat[1]!.layer.map(({ data }) => new Set(data.values.map(({ split }) => split)));
    expect(splits).toStrictEqual([
      new Set(['train', 'validation']),
      new Set(['train', 'validation']),
      new Set(['validation']),
    ]);
    expect(plotsOf(suiteRun()).validation).toBeNull();
  });
});

describe('shares that span decades', () => {
  type Framed = { layer: { encoding: { y: { scale: object; axis: { title?: string; values?: number[] } } } }[] };
  const yOf = ({ layer }: Framed) => layer[0]!.encoding.y;

  it('stand in 0 ... 1 on an axis that claims no log scale', () => {
    const trial = gameTrial();
    const shares = [0.01, 0.9];
    const losses = (i: number) => ({ realScore: 1, fakeScore: 0, discriminatorAccuracy: shares[i]! });
    const curve = shares.map((_, i) => ({ step: i + 1, examples: 64 * (i + 1), losses: losses(i) }));
    const checkpoints = shares.map((share, i) => ({
      step: i + 1,
      examples: 64 * (i + 1),
      metrics: [metricRow(share, { metric: 'high-quality-share', split: 'validation', features: '', unit: 'share' })],
    }));
    const { game, validation } = plotsOf(suiteRun({ trials: [{ ...trial, curve, checkpoints }] }));
    const accuracy = (game as unknown as { vconcat: { hconcat: Framed[] }[] }).vconcat[0]!.hconcat[1]!;
    const [quality] = (validation as unknown as { concat: Framed[] }).concat;
    for (const y of [yOf(accuracy), yOf(quality!)]) {
      expect(y.scale).toMatchObject({ domain: [0, 1] });
      expect(y.scale).not.toMatchObject({ type: 'log' });
      expect(y.axis.values).toBeUndefined();
    }
    expect(yOf(quality!).axis.title).toBe('share');
  });
});

describe('stylesOf', () => {
  it('gives each variant its own colour where there is one family, else each family', () => {
    const coloursOf = (run: ReturnType<typeof suiteRun>) => {
      const models = modelsOf(run);
      return models.map((model) => stylesOf(models)(model).colour);
    };
    expect(new Set(coloursOf({ ...games['eleven variants']!, throughput: [] })).size).toBe(11);
    const two = ['gan', 'vae'].flatMap((family) => ['a', 'b'].map((variant) => trialRecord({ family, variant })));
    const [a, b, c, d] = coloursOf(suiteRun({ trials: two, throughput: [] }));
    expect([a === b, c === d, a === c]).toStrictEqual([true, true, false]);
  });
});

/** Two feature spaces on digits, the same three metrics in both. */
const twoSpaces = suiteRun({
  featureSpaces: ['classifier', 'random'].map((name) => ({
    dataset: 'digits',
    name,
    description: 'A layer',
    columns: 8,
    testAccuracy: null,
  })),
  trials: ['gan', 'vae'].map((family) =>
    trialRecord({
      family,
      metrics: ['classifier', 'random'].flatMap((features) =>
        ['frechet-distance', 'precision', 'vendi-score'].map((metric) => metricRow(1, { metric, features })),
      ),
    }),
  ),
});

describe('qualityPlot', () => {
  it('shows the metrics that say most, in the first feature space, and the Fréchet distance in each', () => {
    const { concat } = plotsOf(twoSpaces).quality as { concat: { title: { text: string; subtitle: string[] } }[] };
    expect(concat.map(({ title }) => `${title.text}, ${title.subtitle.join()}`)).toStrictEqual([
      'Fréchet distance ↓, features: classifier',
      'Fréchet distance ↓, features: random',
      'Precision ↓, features: classifier',
    ]);
  });

  it('shows the likelihood of text once, in bits per character, beside the source of the text', async () => {
    const run = textRun();
    const nats = metricRow(7, { metric: 'negative-log-likelihood', features: 'sequence', unit: 'nats' });
    const trials = [trialRecord({ family: 'gpt', dataset: 'letters', metrics: [nats, bitsRow(2.5)] })];
    const { quality, cost } = plotsOf({ ...run, trials }, 'letters');
    const svg = await renderSvg(quality!);
    expect(svg).toContain('>Bits per character ↓<');
    expect(svg).not.toContain('>NLL ↓<');
    expect(svg).toContain('stroke-dasharray="4,3"');
    expect(svg).toContain('the source of the data');
    expect(await renderSvg(cost!)).toContain('Bits per character');
    const alone = [trialRecord({ family: 'gpt', dataset: 'letters', metrics: [nats] })];
    expect(await renderSvg(plotsOf({ ...run, trials: alone }, 'letters').quality!)).toContain('>NLL ↓<');
  });

  it('names every model and metric, and the floor only where it was measured', async () => {
    const { quality } = plotsOf(suiteRun());
    const svg = await renderSvg(quality!);
    for (const text of ['gan', 'vae', 'independent', 'Fréchet distance ↓', 'features: classifier']) {
      expect(svg).toContain(`>${text}<`);
    }
    expect(svg).toContain('stroke-dasharray="4,3"');
    expect(await renderSvg(plotsOf(suiteRun({ calibration: [] })).quality!)).not.toContain('stroke-dasharray="4,3"');
  });

  it('is null without a metric', () => {
    expect(plotsOf(suiteRun({ trials: [failedTrial()] })).quality).toBeNull();
  });
});

describe('trainingPlot', () => {
  it('has a line per seed and one for their mean, for each loss of each contender; none of baselines', async () => {
    const curve = [1, 2].map((step) => ({ step, examples: step, losses: { a: step, b: -step } }));
    const trials = ['gan', 'vae', 'baselines'].flatMap((family) =>
      [0, 1].map((seed) => trialRecord({ family, seed, curve })),
    );
    const svg = await renderSvg(plotsOf(suiteRun({ trials })).training!);
    const groups = svg.match(/<g class="mark-line[^"]*"[^>]*>.*?<\/g>/g) ?? [];
    const colours = groups.flatMap((group) =>
      [...group.matchAll(/<path [^>]*stroke="([^"]+)"/g)].map(([, colour]) => colour),
    );
    expect(colours).toHaveLength(4 * 3);
    expect(new Set(colours)).toStrictEqual(new Set(['#0072b2', '#d55e00']));
  });

  it('ends the mean where the first seed ends', () => {
    const curve = (length: number, value: number) =>
      Array.from({ length }, (_, index) => ({ step: index, examples: index, losses: { loss: value } }));
    const trials = [trialRecord({ curve: curve(5, 1) }), trialRecord({ seed: 1, curve: curve(2, 3) })];
    const plot = plotsOf(suiteRun({ trials })).training as { concat: { layer: { data: { values: unknown[] } }[] }[] };
    const [seeds, mean] = plot.concat[0]!.layer;
    expect(seeds!.data.values).toHaveLength(7);
    expect(mean!.data.values).toStrictEqual([
      { examples: 0, value: 2 },
      { examples: 1, value: 2 },
    ]);
  });

  it('is null without curves', () => {
    expect(plotsOf(suiteRun({ trials: [trialRecord({ curve: [] })] })).training).toBeNull();
  });
});

describe('costPlot', () => {
  const panels = (run: ReturnType<typeof suiteRun>) =>
    (plotsOf(run).cost as { hconcat: { data: { values: { label: string; cost: number }[] } }[] }).hconcat;

  it('shows training time of contenders, and speed at the largest batch of models that were timed', () => {
    const [training, sampling] = panels(suiteRun());
    expect(training!.data.values.map(({ label, cost }) => [label, cost])).toStrictEqual([
      ['gan', 1.5],
      ['vae', 1.5],
    ]);
    expect(sampling!.data.values.map(({ label, cost }) => [label, cost])).toStrictEqual([['gan', 8000]]);
  });

  it('has no panel of speed without timings', () => {
    expect(panels(suiteRun({ throughput: [] }))).toHaveLength(1);
  });
});

describe('scatterPlot', () => {
  it('draws the points in the frame and counts the others', async () => {
    const points = [0, 0, 0.5, 0.5, -1, 1e6];
    const plot = scatterPlot(ring, [...clouds([1, 0, -1, 0]), ...clouds(points).slice(1)])!;
    const svg = await renderSvg(plot);
    expect(svg).toContain('>1 of 3 outside the frame<');
    expect(svg).toContain('>all within the frame<');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(await hasWhiteBorder(svg)).toBe(true);
  });

  it('counts points that are no number as outside', async () => {
    const plot = scatterPlot(ring, [...clouds([1, 0]), ...clouds([Number.NaN, 0, 0, 0]).slice(1)])!;
    expect(await renderSvg(plot)).toContain('>1 of 2 outside the frame<');
  });

  it('is null without samples', () => {
    expect(scatterPlot(ring, [])).toBeNull();
  });
});

describe('renderSvg', () => {
  it('refuses a plot that Vega-Lite finds fault with', async () => {
    const plot = { name: 'odd', data: { values: [] }, mark: 'bar', encoding: { nowhere: { field: 'x' } } };
    await expect(renderSvg(plot as unknown as TopLevelSpec)).rejects.toThrow(/plot odd: /);
  });
});

describe('stylesOf', () => {
  it('gives a family one colour over its variants, and every model its own shape; baselines are grey', () => {
    const trials = [
      ['gan', 'a'],
      ['gan', 'b'],
      ['vae', 'a'],
      ['baselines', 'memoriser'],
      ['baselines', 'independent'],
    ].map(([family, variant]) => trialRecord({ family: family!, variant: variant! }));
    const models = modelsOf(suiteRun({ trials, throughput: [] }));
    const looks = models.map(stylesOf(models));
    expect(looks[0]!.colour).toBe(looks[1]!.colour);
    expect(new Set(looks.map(({ colour }) => colour)).size).toBe(4);
    expect(new Set(looks.map(({ shape }) => shape)).size).toBe(5);
    for (const { colour } of looks.slice(3)) expect(colour).toMatch(/^#(..)\1\1$/);
  });
});

describe('scaleFor', () => {
  it('is logarithmic only for positive values that are far apart', () => {
    expect([scaleFor([1, 100], 0), scaleFor([1, 2], 0), scaleFor([0, 100], 0), scaleFor([-1, 100], 0)]).toMatchObject([
      { isLog: true },
      { isLog: false },
      { isLog: false },
      { isLog: false },
    ]);
  });

  it('has ticks within the values of a log scale, at least two over a span of twelve', () => {
    for (const least of [1e-6, 0.3, 7, 2e8]) {
      const { ticks } = scaleFor([least, 12.5 * least], 0);
      const inside = ticks!.filter((tick) => tick >= least && tick <= 12.5 * least);
      expect(inside.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('frames equal values widely enough for ticks that differ', () => {
    for (const value of [5, -5, 0, 1e-9]) {
      const [low, high] = scaleFor([value, value], 0).scale.domain;
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });
});

describe('subtitleLines', () => {
  it('keeps all words in lines that fit', () => {
    const text = 'one two three four five six '.repeat(9).trim();
    const lines = subtitleLines(text, 600);
    expect(lines.join(' ')).toBe(text);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(600 / 9.6);
  });
});
