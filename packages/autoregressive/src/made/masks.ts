/** A run of pixels and the hidden units that complete their view in it. */
export interface Block {
  /** First pixel, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Degrees of the block's hidden units, in rising order: a unit sees the pixels before its degree, from < degree <= to. */
  readonly degrees: readonly number[];
}

/**
 * Splits the pixels, in raster order, into `count` runs as equal as can be, and the hidden units with them: their degrees 1 ...
 * pixels - 1 are spread evenly. Units of a block see pixels up to its end and no further, and logits of a block see units up to
 * its end, so kernels between later and earlier blocks need not exist.
 */
export function blocksOf(pixels: number, hidden: number, count: number): Block[] {
  const used = Math.min(count, pixels);
  const degrees = Array.from(
    { length: hidden },
    (_, unit) => 1 + Math.floor((unit * Math.max(pixels - 1, 1)) / hidden),
  );
  return Array.from({ length: used }, (_, block) => {
    const from = Math.floor((block * pixels) / used);
    const to = Math.floor(((block + 1) * pixels) / used);
    return { from, to, degrees: degrees.filter((degree) => from < degree && degree <= to) };
  });
}

/** Rows times columns of 0 and 1: [pixels before the block's end, its units], 1 where the unit sees the pixel. */
export function unitMask({ to, degrees }: Block): Float32Array {
  return matrix(to, degrees.length, (pixel, unit) => pixel < (degrees[unit] ?? 0));
}

/**
 * [features before the block's end, its pixels], 1 where the logit of the pixel sees the feature. Features are the blocks' pixels and
 * units, block after block: a logit sees the pixels before its own, and the units whose degree is at most its pixel.
 */
export function logitMask(blocks: readonly Block[], index: number): Float32Array {
  const seen: number[] = []; // for each feature, the first pixel whose logit sees it
  for (const { from, to, degrees } of blocks.slice(0, index + 1)) {
    for (let pixel = from; pixel < to; pixel++) seen.push(pixel + 1);
    seen.push(...degrees);
  }
  const { from = 0, to = 0 } = blocks[index] ?? {};
  return matrix(seen.length, to - from, (feature, pixel) => (seen[feature] ?? 0) <= from + pixel);
}

function matrix(rows: number, columns: number, present: (row: number, column: number) => boolean): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    present(Math.floor(i / columns), i % columns) ? 1 : 0,
  );
}
