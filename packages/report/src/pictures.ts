import { fileNameOf, type DatasetCard, type SuiteRun } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import type { ReportFile } from './atomic-files.ts';
import { leadingColumn } from './metric-words.ts';
import { fileName, isOf, modelsOf, modelsOn } from './models.ts';
import { costPlot } from './plots/cost-plot.ts';
import { gamePlot } from './plots/game-plot.ts';
import { qualityPlot } from './plots/quality-plot.ts';
import { renderSvg } from './plots/render.ts';
import { scatterPlot } from './plots/scatter-plot.ts';
import { stylesOf, type StyleOf } from './plots/theme.ts';
import { trainingPlot } from './plots/training-plot.ts';
import { validationPlot } from './plots/validation-plot.ts';
import type { Picture } from './readme/readme.ts';
import { readSamples } from './sample-files.ts';
import { withoutClass } from './seeds.ts';
import { overviewSheet } from './sheets/overview-sheet.ts';
import { rowSheet, sampleSheet } from './sheets/sample-sheet.ts';
import { canTile } from './sheets/tiles.ts';
import { samplesOf, type ShownSamples } from './shown-samples.ts';
import { columnsOf, groupBy, type SummaryRow } from './summary.ts';

/** A picture and its file. */
export interface Drawn extends Picture {
  readonly content: ReportFile['content'];
}

/** Draws all pictures of a report: sample sheets and scatter plots from the sample files, plots from the records. */
export async function drawPictures(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  recordsFolder: string,
): Promise<Drawn[]> {
  const styleOf = stylesOf(modelsOf(run));
  const drawn: Drawn[] = [];
  for (const card of run.datasets) {
    const isText = card.spec.kind === 'sequence'; // see `readTexts`
    const shown = isText ? [] : await samplesOf(run, summary, { card, recordsFolder, styleOf });
    drawn.push(
      ...(await drawSamples(card, shown)),
      ...(await drawUses(run, card, recordsFolder)),
      ...(await drawPlots(run, summary, card.name, styleOf)),
    );
  }
  return drawn;
}

async function drawSamples({ name, spec, ...card }: DatasetCard, shown: readonly ShownSamples[]): Promise<Drawn[]> {
  if (spec.kind === 'image') {
    if (!canTile(spec.shape)) return [];
    const strips = shown.map(({ samples, labels: _labels, ...strip }) => ({ ...strip, images: samples }));
    const overview: Drawn = {
      dataset: name,
      kind: 'overview',
      path: `samples/${fileName([fileNameOf(name), 'overview'], 'png')}`,
      title: `Samples on ${name}: real data and every model`,
      content: await overviewSheet(strips, spec.shape),
    };
    const sheets = shown.map(async ({ label, without, file, samples, labels }): Promise<Drawn> => ({
      dataset: name,
      kind: 'sheet',
      path: `samples/${fileName([fileNameOf(name), file], 'png')}`,
      title: [label, without, labels ? 'one class per row' : ''].filter((part) => part !== '').join(', '),
      content: await sampleSheet(samples, spec.shape, labels && { labels, classes: spec.classes }),
    }));
    return [overview, ...(await Promise.all(sheets))];
  }
  if (spec.kind !== 'points' || spec.shape[0] !== 2) return [];
  const plot = scatterPlot(
    { name, spec, ...card },
    shown.map(({ samples, labels: _labels, ...cloud }) => ({ ...cloud, points: samples })),
  );
  return plot === null ? [] : [await drawn({ dataset: name, kind: 'overview', title: `Samples on ${name}` }, plot)];
}

/**
 * What each model is used for, by the first trial (in the order of the plan) that shows it; where classes are held out, by the first of each
 * class.
 */
async function drawUses(run: SuiteRun, { name, spec }: DatasetCard, recordsFolder: string): Promise<Drawn[]> {
  if (spec.kind !== 'image' || !canTile(spec.shape)) return [];
  const { shape } = spec;
  const drawn = modelsOn(run, name).map(async (model): Promise<Drawn[]> => {
    const shown = run.trials.filter((each) => each.dataset === name && each.sheets !== undefined && isOf(model, each));
    const first = [...groupBy(shown, ({ heldOut }) => String(heldOut)).values()].flatMap(([trial]) => trial ?? []);
    const sheets = first.flatMap(({ heldOut, sheets: own = [] }) =>
      own.map(async ({ name: use, rows, columns, across, file }): Promise<Drawn> => {
        const images = await readSamples(recordsFolder, { file, count: rows.length * columns, shape });
        const part = heldOut === undefined ? [] : [`without-${heldOut}`];
        const who = [model.label, withoutClass({ heldOut })].filter((words) => words !== '').join(' ');
        return {
          dataset: name,
          kind: 'use',
          path: `samples/${fileName([fileNameOf(name), model.family, model.variant, use, ...part], 'png')}`,
          title: `${who}, ${use.replaceAll('-', ' ')}: ${rows.join(', ')}${across === undefined ? '' : `; from left to right ${across}`}`,
          content: await rowSheet(images, shape, { rows: rows.length, columns }),
        };
      }),
    );
    return Promise.all(sheets);
  });
  return (await Promise.all(drawn)).flat();
}

async function drawPlots(
  run: SuiteRun,
  summary: readonly SummaryRow[],
  dataset: string,
  styleOf: StyleOf,
): Promise<Drawn[]> {
  const leading = leadingColumn(columnsOf(summary, dataset));
  const plots = [
    { title: `Quality on ${dataset}`, plot: qualityPlot(run, summary, dataset, styleOf) },
    { title: `Training on ${dataset}`, plot: trainingPlot(run, dataset, styleOf) },
    { title: `The game on ${dataset}`, plot: gamePlot(run, dataset) },
    { title: `While training on ${dataset}`, plot: validationPlot(run, dataset, styleOf) },
    {
      title: `Quality against cost on ${dataset}`,
      plot: leading === null ? null : costPlot(run, summary, leading, { dataset, styleOf }),
    },
  ];
  const pictures: Drawn[] = [];
  for (const { title, plot } of plots) {
    if (plot !== null) pictures.push(await drawn({ dataset, kind: 'plot', title }, plot));
  }
  return pictures;
}

async function drawn(picture: Omit<Picture, 'path'>, plot: TopLevelSpec): Promise<Drawn> {
  const path = `plots/${fileName([plot.name ?? picture.title], 'svg')}`;
  return { ...picture, path, content: await renderSvg(plot) };
}
