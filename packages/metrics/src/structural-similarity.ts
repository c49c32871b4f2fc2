/** Intensities of one channel, [height, width]. */
export interface Plane {
  readonly values: Float64Array;
  readonly height: number;
  readonly width: number;
}

/** Means over the positions of a window. */
export interface StructuralSimilarity {
  /** Of luminance, contrast and structure together: the SSIM index, -1 ... 1. */
  readonly whole: number;
  /** Of contrast and structure alone, -1 ... 1. */
  readonly structure: number;
}

/** Width and standard deviation of the Gaussian window, in pixels. */
const window = { size: 11, sigma: 1.5 };
/** (K L)^2 with K of 0.01 and 0.03 and a range L of 1: they keep the ratios finite on even surfaces. */
const [c1, c2] = [0.01 ** 2, 0.03 ** 2];

/**
 * Structural similarity of two planes of one size with intensities in 0 ... 1, where the window lies wholly inside. On planes
 * smaller than 11 pixels the window is the largest odd one that fits, its standard deviation in proportion.
 *
 * @see Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity"
 */
export function structuralSimilarity(x: Plane, y: Plane): StructuralSimilarity {
  const taps = gaussianWindow(Math.min(window.size, x.height, x.width));
  const [meanX, meanY] = [filtered(x, taps), filtered(y, taps)];
  const [sumsOfSquares, products] = [new Float64Array(x.values.length), new Float64Array(x.values.length)];
  for (let i = 0; i < products.length; i++) {
    const [a, b] = [x.values[i] ?? 0, y.values[i] ?? 0];
    sumsOfSquares[i] = a * a + b * b;
    products[i] = a * b;
  }
  const meanSquares = filtered({ ...x, values: sumsOfSquares }, taps);
  const meanProducts = filtered({ ...x, values: products }, taps);
  let whole = 0;
  let structure = 0;
  for (let at = 0; at < meanX.length; at++) {
    const mx = meanX[at] ?? 0;
    const my = meanY[at] ?? 0;
    const variances = (meanSquares[at] ?? 0) - mx * mx - my * my; // of x and y together
    const contrast = (2 * ((meanProducts[at] ?? 0) - mx * my) + c2) / (variances + c2);
    structure += contrast;
    whole += (contrast * (2 * mx * my + c1)) / (mx * mx + my * my + c1);
  }
  return { whole: whole / meanX.length, structure: structure / meanX.length };
}

/** A Gaussian of an odd number of taps, at most `room`; they sum to 1. */
function gaussianWindow(room: number): Float64Array {
  const size = room - ((room + 1) % 2);
  const sigma = (size * window.sigma) / window.size;
  const taps = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

/** Weighted means under a separable window, where it lies wholly inside: [height - size + 1, width - size + 1]. */
function filtered({ values, height, width }: Plane, taps: Float64Array): Float64Array {
  const across = width - taps.length + 1;
  const down = height - taps.length + 1;
  const rows = new Float64Array(height * across);
  for (let y = 0; y < height; y++)
    addWeighted(values.subarray(y * width), taps, 1, rows.subarray(y * across, (y + 1) * across));
  const result = new Float64Array(down * across);
  addWeighted(rows, taps, across, result);
  return result;
}

/** Adds to each place of the target the sum of the values from there on, `step` apart, times the taps. */
function addWeighted(values: Float64Array, taps: Float64Array, step: number, target: Float64Array): void {
  for (let t = 0; t < taps.length; t++) {
    const tap = taps[t] ?? 0;
    for (let at = 0, from = t * step; at < target.length; at++, from++) {
      target[at] = (target[at] ?? 0) + tap * (values[from] ?? 0);
    }
  }
}
