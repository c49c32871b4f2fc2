import { openSharp } from './open-sharp.ts';
import { tiled } from './tiles.ts';

/** Samples of one model: 10 x 10, twice their size. Missing samples leave grey places. */
const layout = { columns: 10, rows: 10, scale: 2 } as const;

/**
 * The first 100 samples of a model as one PNG.
 *
 * @param images intensities in 0 ... 1, [count, height, width, channels]
 */
export async function sampleSheet(images: Float32Array, shape: readonly [number, number, number]): Promise<Buffer> {
  const sharp = await openSharp();
  const { pixels, width, height, channels } = tiled(images, shape, layout);
  return sharp(pixels, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer();
}
