import type { OverlayOptions } from 'sharp';
import { xml } from '../xml.ts';
import { labelFont, openSharp } from './open-sharp.ts';
import { tiled, tiledSize } from './tiles.ts';

/** One strip of an overview: a source of samples with its name and a note under the name. */
export interface Strip {
  readonly label: string;
  /** A few words, as in 'Fréchet distance 12.3'; '' for none. */
  readonly note: string;
  readonly colour: string;
  /** [count, height, width, channels], intensities in 0 ... 1 */
  readonly images: Float32Array;
}

const layout = { columns: 16, rows: 2, scale: 2 } as const;
const margin = 20;
const stripGap = 14;
const labelSize = 19;
const noteSize = 14;
/** A strip of small images is no lower than its two lines of text. */
const leastHeight = 44;

/** Real data and every model in one picture: a labelled strip of 32 samples each, on white. */
export async function overviewSheet(
  strips: readonly Strip[],
  shape: readonly [number, number, number],
): Promise<Buffer> {
  const sharp = await openSharp();
  const strip = tiledSize(shape, layout);
  const labelWidth = Math.max(0, ...(await Promise.all(strips.map(widthOfText)))) + 36;
  const stripHeight = Math.max(strip.height, leastHeight);
  const width = margin + labelWidth + strip.width + margin;
  const height = 2 * margin + strips.length * stripHeight + Math.max(0, strips.length - 1) * stripGap;
  const top = (index: number): number => margin + index * (stripHeight + stripGap);
  const pictures = strips.map(({ images }, index): OverlayOptions => {
    const { pixels, channels, ...size } = tiled(images, shape, layout);
    return { input: Buffer.from(pixels), raw: { ...size, channels }, left: margin + labelWidth, top: top(index) };
  });
  const labels = strips.map((strip_, index) => labelOf(strip_, top(index), stripHeight)).join('');
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${labels}</svg>`;
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([...pictures, { input: Buffer.from(text), left: 0, top: 0 }])
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** A bar in the model's colour, its name, and the note below, centred on the strip's height. */
function labelOf({ label, note, colour }: Strip, top: number, height: number): string {
  const middle = top + height / 2;
  const font = `font-family="${labelFont}" fill="#24292f"`;
  const first = note === '' ? middle + labelSize * 0.36 : middle - 3;
  const second = `<text x="${margin + 14}" y="${middle + noteSize + 5}" ${font} fill-opacity="0.75" font-size="${noteSize}">${xml(note)}</text>`;
  return [
    `<rect x="${margin}" y="${top}" width="5" height="${height}" fill="${xml(colour)}"/>`,
    `<text x="${margin + 14}" y="${first}" ${font} font-size="${labelSize}" font-weight="bold">${xml(label)}</text>`,
    note === '' ? '' : second,
  ].join('');
}

/** Pixels that the wider of the two lines takes, measured by drawing it: letters differ too much for an estimate. */
async function widthOfText({ label, note }: Strip): Promise<number> {
  return Math.max(await drawnWidth(label, labelSize, 'bold'), await drawnWidth(note, noteSize, 'normal'));
}

async function drawnWidth(text: string, size: number, weight: 'bold' | 'normal'): Promise<number> {
  if (text.trim() === '') return 0;
  const sharp = await openSharp();
  const width = Math.ceil(1.5 * size * (text.length + 1));
  const line = `<text x="${size / 2}" y="${1.5 * size}" font-family="${labelFont}" font-size="${size}" font-weight="${weight}">${xml(text)}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${2 * size}">${line}</svg>`;
  const { info } = await sharp(Buffer.from(svg)).trim().raw().toBuffer({ resolveWithObject: true });
  return info.width;
}
