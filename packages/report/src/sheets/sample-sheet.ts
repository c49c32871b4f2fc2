import { openSharp } from './open-sharp.ts';
import { tiled, type Raster, type TileLayout } from './tiles.ts';

/** Samples of one model: 10 x 10, twice their size. Missing samples leave grey places. */
const layout = { columns: 10, rows: 10, scale: 2 } as const;
/** Rows of a sheet by classes, at most: of data with more classes the first ones are shown. */
const mostRows = 30;

/** The class that each image was asked for, [count], in 0 ... classes - 1. */
export interface SheetClasses {
  readonly labels: readonly number[];
  readonly classes: number;
}

/**
 * The first 100 samples of a model as one PNG; or, where it was asked for classes, the first ten samples of each class in a row of their own.
 *
 * @param images intensities in 0 ... 1, [count, height, width, channels]
 */
export async function sampleSheet(
  images: Float32Array,
  shape: readonly [number, number, number],
  byClass?: SheetClasses,
): Promise<Buffer> {
  return pngOf(
    byClass
      ? tiled(images, shape, { ...layout, rows: Math.min(byClass.classes, mostRows) }, placesByClass(byClass))
      : tiled(images, shape, layout),
  );
}

/**
 * Rows of images that belong together as one PNG, twice their size.
 *
 * @param images intensities in 0 ... 1, [rows, columns, height, width, channels]
 */
export function rowSheet(
  images: Float32Array,
  shape: readonly [number, number, number],
  { rows, columns }: Pick<TileLayout, 'rows' | 'columns'>,
): Promise<Buffer> {
  return pngOf(tiled(images, shape, { rows, columns, scale: layout.scale }));
}

async function pngOf({ pixels, width, height, channels }: Raster): Promise<Buffer> {
  const sharp = await openSharp();
  return sharp(pixels, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer();
}

/** Which image stands at each place, row after row: those of class 0, of class 1, ...; null where a class has too few. */
function placesByClass({ labels, classes }: SheetClasses): (number | null)[] {
  const rows = Array.from({ length: Math.min(classes, mostRows) }, (_, row) =>
    [...labels.keys()].filter((index) => labels[index] === row),
  );
  return rows.flatMap((row) => Array.from({ length: layout.columns }, (_, column) => row[column] ?? null));
}
