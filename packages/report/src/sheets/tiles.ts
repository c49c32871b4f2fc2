/** An image in memory: bytes, row after row, `channels` per pixel. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

export interface TileLayout {
  readonly columns: number;
  readonly rows: number;
  /** Screen pixels per pixel of the data, along each axis. */
  readonly scale: number;
}

/** Pixels between tiles. */
export const gap = 2;
/** The colour of the gaps: told apart from the black ground of digits and from white. */
const gapShade = 96;

/** Whether images of this shape can be laid out: grey or RGB. */
export function canTile([, , channels]: readonly [number, number, number]): boolean {
  return channels === 1 || channels === 3;
}

/** Width and height of a sheet of tiles, in pixels. */
export function tiledSize(shape: readonly [number, number, number], { columns, rows, scale }: TileLayout) {
  const [height, width] = shape;
  return {
    width: columns * width * scale + (columns - 1) * gap,
    height: rows * height * scale + (rows - 1) * gap,
  };
}

/**
 * Lays images out row after row, each pixel a square of `scale` pixels. Places without an image keep the colour of the gaps.
 *
 * @param places which image stands at each place; the first one at the first place, and so on, unless given
 * @param images intensities, nominally in 0 ... 1 and clipped to it, [count, height, width, channels]; channels 1 or 3
 */
export function tiled(
  images: Float32Array,
  shape: readonly [number, number, number],
  layout: TileLayout,
  places?: readonly (number | null)[],
): Raster {
  const [height, width, depth] = shape;
  if (depth !== 1 && depth !== 3) {
    throw new RangeError(`sample sheet: images need 1 or 3 channels, got ${depth}; draw such data another way.`);
  }
  const { columns, rows, scale } = layout;
  const size = tiledSize(shape, layout);
  const pixels = new Uint8Array(size.width * size.height * depth).fill(gapShade);
  const count = Math.min(columns * rows, Math.floor(images.length / (height * width * depth)));
  const inOrder = Array.from({ length: count }, (_, index) => index);
  for (const [place, index] of (places ?? inOrder).entries()) {
    if (index === null || place >= columns * rows) continue;
    const left = (place % columns) * (width * scale + gap);
    const top = Math.floor(place / columns) * (height * scale + gap);
    for (let y = 0; y < height * scale; y += 1) {
      for (let x = 0; x < width * scale; x += 1) {
        const from = ((index * height + Math.floor(y / scale)) * width + Math.floor(x / scale)) * depth;
        const to = ((top + y) * size.width + left + x) * depth;
        for (let channel = 0; channel < depth; channel += 1) pixels[to + channel] = byteOf(images[from + channel]);
      }
    }
  }
  return { ...size, channels: depth, pixels };
}

function byteOf(intensity: number | undefined): number {
  if (intensity === undefined || Number.isNaN(intensity)) return 0;
  return Math.round(255 * Math.min(1, Math.max(0, intensity)));
}
