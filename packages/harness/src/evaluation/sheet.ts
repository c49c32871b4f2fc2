import type { Images } from '@kindred/metrics';
import type { MetricRow, SheetRecord } from '../record.ts';

/** Rows of images that belong together, column by column: a sheet's record, with its images in the place of their file. */
export interface Sheet extends Omit<SheetRecord, 'file'> {
  /** [rows, columns, ...shape] */
  readonly images: Float32Array;
}

/** What came of putting a model to use. */
export interface Uses {
  readonly metrics: readonly MetricRow[];
  readonly sheets: readonly Sheet[];
}

/** Images of each row of a sheet, at most. */
export const mostColumns = 12;

/** The first images of each set, one row each. @param sets of one number and shape */
export function sheetOf(name: string, sets: Readonly<Record<string, Images>>): Sheet {
  const [{ data: values, count, shape } = { data: [], count: 1, shape: [] }] = Object.values(sets);
  const columns = Math.min(count, mostColumns);
  const width = columns * (values.length / count);
  const rows = Object.keys(sets);
  const images = new Float32Array(rows.length * width);
  for (const [row, { data }] of Object.values(sets).entries()) images.set(data.subarray(0, width), row * width);
  return { name, rows, columns, shape, images };
}
