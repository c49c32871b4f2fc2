import type { Config, TopLevelSpec } from 'vega-lite';
import { isOf, type Model } from '../models.ts';

/** Okabe and Ito's colours, told apart by colour-blind readers too, darkest on white first. Families take them in order. */
const familyColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;
/** Paul Tol's muted colours, as far as they differ from those: for more variants of one family than that has. */
const moreColours = ['#332288', '#882255', '#999933', '#117733', '#661100', '#aa4499'] as const;
/** Baselines are grey: they are there to compare with, not to win. */
const baselineColours = ['#5f5f5f', '#8c8c8c'] as const;
/** Every model has a mark of its own as well, so that no plot rests on colour alone. */
const shapes = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'triangle-down',
  'cross',
  'triangle-right',
  'triangle-left',
];

/** A part of a plot of several. */
export type Panel = Extract<TopLevelSpec, { concat: unknown }>['concat'][number];

/** Ink for what is no model: real data, the floor, the modes. */
export const ink = '#24292f';
export const fontFamily = 'DejaVu Sans, Verdana, Segoe UI, Helvetica, Arial, sans-serif';

export interface ModelStyle {
  readonly colour: string;
  readonly shape: string;
}

/** The look of a model, the same in every plot of a report. */
export type StyleOf = (model: Model) => ModelStyle;

/** One look per model of a run: its colour is its family's (its own where there is but one family), its shape its own. */
export function stylesOf(models: readonly Model[]): StyleOf {
  const contenders = models.filter(({ role }) => role === 'contender');
  const families = [...new Set(contenders.map(({ family }) => family))];
  const colourOf = (model: Model): string =>
    families.length === 1
      ? pick(
          [...familyColours, ...moreColours],
          contenders.findIndex((other) => isOf(other, model)),
        )
      : pick(familyColours, families.indexOf(model.family));
  const baselines = models.filter(({ role }) => role === 'baseline');
  return (model) => ({
    colour:
      model.role === 'contender'
        ? colourOf(model)
        : pick(
            baselineColours,
            baselines.findIndex((other) => isOf(other, model)),
          ),
    shape: pick(
      shapes,
      models.findIndex((other) => isOf(other, model)),
    ),
  });
}

function pick(values: readonly string[], index: number): string {
  return values[index % values.length] ?? ink;
}

/** Looks that all plots share: an own white ground, so that a plot reads the same on light and dark pages. */
export const config: Config = {
  background: '#ffffff',
  padding: 14,
  font: fontFamily,
  aria: false,
  title: {
    fontSize: 15,
    fontWeight: 600,
    color: ink,
    subtitleColor: '#57606a',
    subtitleFontSize: 12,
    anchor: 'start',
    offset: 12,
  },
  axis: {
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 'normal',
    labelColor: '#424a53',
    titleColor: '#424a53',
    gridColor: '#e4e8ec',
    domainColor: '#8c959f',
    tickColor: '#8c959f',
  },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelColor: ink,
    symbolSize: 110,
    symbolStrokeWidth: 0,
    labelLimit: 260,
  },
  header: { labelFontSize: 13, labelFontWeight: 600, labelColor: ink },
  view: { stroke: null },
  concat: { spacing: 26 },
};

/** Titles of panels: aligned with the frame that data is drawn in. */
export const panelTitle = { fontSize: 13, subtitleFontSize: 11, offset: 7, anchor: 'start', frame: 'group' } as const;

/** Numbers on axes: 0.2, 15, 1,000. */
export const numberFormat = ',~r';

/** A subtitle is at least this wide: beside a single panel it may reach beyond it. */
const leastSubtitle = 460;

/** A subtitle in lines that fit `width` pixels, by the width that Vega assumes of a letter where it cannot measure text. */
export function subtitleLines(text: string, width: number): string[] {
  const letters = Math.floor(Math.max(width, leastSubtitle) / (0.8 * 12));
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > letters) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

/** Values that span more than this are drawn on a log scale: one far off would press all others together. */
const logSpan = 12;

/** Values that differ by less than this, relative to their size, get a wider frame: ticks between them would all read alike. */
const leastSpan = 1e-3;

/** Scale and ticks for values: logarithmic where all are positive and span more than `factor`, else linear. */
export function scaleFor(values: readonly number[], padding: number, factor = logSpan) {
  const least = Math.min(...values);
  const most = Math.max(...values);
  if (least > 0 && most / least > factor) return logScale(least, most, padding);
  const size = Math.max(Math.abs(least), Math.abs(most));
  if (most - least > leastSpan * size) {
    return { scale: { domain: [least, most], zero: false, nice: true, padding }, ticks: undefined, isLog: false };
  }
  const half = size === 0 ? 1 : 10 * leastSpan * size;
  return { scale: { domain: [least - half, most + half], nice: false, padding }, ticks: undefined, isLog: false };
}

/** Scale and ticks of values: shares stand in 0 ... 1, however far apart they are, so that panels compare; others as `scaleFor` has it. */
export function frameFor(values: readonly number[], padding: number, isShare: boolean): ReturnType<typeof scaleFor> {
  if (!isShare) return scaleFor(values, padding);
  return { scale: { domain: [0, 1], nice: false, padding }, ticks: undefined, isLog: false };
}

/** The title of an axis: the unit, and that its scale is a logarithm where it is; null where there is nothing to say. */
export function axisTitle(unit: string, isLog: boolean): string | null {
  return [unit, isLog ? 'log scale' : ''].filter((text) => text !== '').join(', ') || null;
}

/** A log scale whose ticks are decades, with more between them where there are few: Vega's own are too dense. */
function logScale(least: number, most: number, padding: number) {
  const decadesSpanned = Math.log10(most / least);
  const digits = decadesSpanned < 0.8 ? [1, 2, 3, 4, 5, 6, 8] : decadesSpanned < 1.7 ? [1, 2, 5] : [1];
  const first = Math.floor(Math.log10(least)) - 1;
  const last = Math.ceil(Math.log10(most)) + 1;
  const decades = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const ticks = decades.flatMap((exponent) => digits.map((digit) => Number(`${digit}e${exponent}`)));
  return { scale: { type: 'log' as const, domain: [least, most], nice: false, padding }, ticks, isLog: true };
}

/** Columns of a grid of panels: at most three, and rows as even as that allows. */
export function panelColumns(panels: number): number {
  return Math.ceil(panels / Math.max(1, Math.ceil(panels / 3)));
}

/** Labels of costs and counts on axes: 0, 0.5, 500, 5k, 1M. */
export const countLabels = "abs(datum.value) < 1000 ? format(datum.value, '~r') : format(datum.value, '~s')";
