import { fileNameOf, type DatasetCard } from '@kindred/harness';
import type { TopLevelSpec } from 'vega-lite';
import { ink, numberFormat, panelColumns, panelTitle, subtitleLines, type Panel } from './theme.ts';

/** Samples of one source, drawn as one panel. */
export interface Cloud {
  readonly label: string;
  /** A few words below the label, as in 'High quality 0.98'; '' for none. */
  readonly note: string;
  readonly colour: string;
  /** [count, 2] */
  readonly points: Float32Array;
}

/** Points per panel: enough to see every mode, few enough for a file that a browser opens at once. */
const pointsShown = 400;

/**
 * Samples in the plane, one panel per source, all to one scale, with the centres of the modes as rings. Points outside the
 * frame are counted below the panel's title instead of drawn.
 */
export function scatterPlot(card: DatasetCard, clouds: readonly Cloud[]): TopLevelSpec | null {
  const [first] = clouds;
  if (first === undefined) return null;
  const frame = frameOf(card, first);
  const centres = centresOf(card);
  return {
    name: `${fileNameOf(card.name)}-samples`,
    title: {
      text: `Samples on ${card.name}`,
      subtitle: subtitleLines(
        `The first ${pointsShown} samples of each model's first seed.${centres.length === 0 ? '' : ' Rings: the real modes.'}`,
        235 * panelColumns(clouds.length),
      ),
    },
    columns: panelColumns(clouds.length),
    bounds: 'flush',
    spacing: { row: 90, column: 44 },
    concat: clouds.map((cloud) => panel(cloud, frame, centres)),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Frame {
  readonly x: [number, number];
  readonly y: [number, number];
}

function panel({ label, note, colour, points }: Cloud, frame: Frame, centres: readonly Point[]): Panel {
  const shown = pointsOf(points).slice(0, pointsShown);
  const inside = shown.filter(({ x, y }) => x >= frame.x[0] && x <= frame.x[1] && y >= frame.y[0] && y <= frame.y[1]);
  const outside = shown.length - inside.length;
  const axis = { title: null, tickCount: 3, format: numberFormat, gridOpacity: 0.6, labelFlush: 7 };
  const x = { field: 'x', type: 'quantitative' as const, scale: { domain: frame.x, nice: false }, axis };
  const y = { field: 'y', type: 'quantitative' as const, scale: { domain: frame.y, nice: false }, axis };
  return {
    title: {
      ...panelTitle,
      text: label,
      subtitle: [
        note,
        outside === 0 ? 'all within the frame' : `${outside} of ${shown.length} outside the frame`,
      ].filter((line) => line !== ''),
    },
    width: 200,
    height: 200,
    layer: [
      {
        data: { values: [...centres] },
        mark: { type: 'point', filled: false, size: 150, strokeWidth: 1, color: ink, opacity: 0.55 },
        encoding: { x, y },
      },
      {
        data: { values: inside },
        mark: { type: 'point', shape: 'square', filled: true, size: 6, opacity: 0.55, color: colour },
        encoding: { x, y },
      },
    ],
  };
}

function pointsOf(values: Float32Array): Point[] {
  return Array.from({ length: Math.floor(values.length / 2) }, (_, index) => ({
    x: values[2 * index] ?? Number.NaN,
    y: values[2 * index + 1] ?? Number.NaN,
  }));
}

function centresOf({ modes }: DatasetCard): Point[] {
  return modes === null || modes.dimensions !== 2 ? [] : pointsOf(Float32Array.from(modes.centres));
}

/** A square around what is real, with room for half its size on every side: close enough to see modes, wide enough for strays. */
function frameOf(card: DatasetCard, real: Cloud): Frame {
  const points = [...centresOf(card), ...pointsOf(real.points)];
  const [left, right] = rangeOf(points.map(({ x }) => x));
  const [bottom, top] = rangeOf(points.map(({ y }) => y));
  const half = 0.75 * Math.max(right - left, top - bottom, Number.EPSILON);
  const around = (low: number, high: number): [number, number] => [(low + high) / 2 - half, (low + high) / 2 + half];
  return { x: around(left, right), y: around(bottom, top) };
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
