/** Where a resized image takes its pixels from: the two conventions of TF.js, which exclude each other, or neither. */
export interface Sampling {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** A resized pixel is low + (high - low) * share of two source pixels. */
export interface Source {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** Source pixels for each pixel along one axis, as a real number: before rounding or blending. */
function positions(from: number, to: number, { alignCorners, halfPixelCenters }: Sampling, centre: number): number[] {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, i) => (halfPixelCenters ? ratio * (i + 0.5) - centre : ratio * i));
}

/** What each pixel of an axis of length `to` is blended from, of an axis of length `from`. */
export const bilinearSources = (from: number, to: number, sampling: Sampling): Source[] =>
  positions(from, to, sampling, 0.5).map((at) => {
    const low = Math.max(0, Math.floor(at));
    return { low, high: Math.min(from - 1, Math.ceil(at)), share: at - low };
  });

/** Which pixel each pixel of an axis of length `to` repeats, of an axis of length `from`. */
export const nearestSources = (from: number, to: number, sampling: Sampling): number[] =>
  positions(from, to, sampling, 0).map((at) =>
    Math.max(0, Math.min(from - 1, sampling.alignCorners ? Math.round(at) : Math.floor(at))),
  );

/** For each axis, which element each element of a mirror-padded tensor repeats; `symmetric` repeats the edge too. */
export const mirrorSources = (
  shape: readonly number[],
  paddings: readonly (readonly [number, number])[],
  symmetric: boolean,
): number[][] =>
  shape.map((size, axis) => {
    const [before, after] = paddings[axis] ?? [0, 0];
    const edge = symmetric ? 1 : 0;
    return Array.from({ length: before + size + after }, (_, i) => {
      const at = i - before;
      if (at < 0) return -at - edge;
      return at < size ? at : 2 * (size - 1) - at + edge;
    });
  });
