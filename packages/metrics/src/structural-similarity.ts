/** Intensities of one channel, [height, width], and what the window says of them alone, where it lies wholly inside. */
export interface SeenPlane {
  readonly values: Float64Array;
  /** Weighted means of the values, and of their squares: [height - size + 1, width - size + 1]. */
  readonly means: Float64Array;
  readonly meanSquares: Float64Array;
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
 * Structural similarity of planes of one size with intensities in 0 ... 1, under a window that lies wholly inside. On planes
 * smaller than 11 pixels the window is the largest odd one that fits, its standard deviation in proportion.
 *
 * @see Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity"
 */
export class SimilarityWindow {
  readonly #width: number;
  readonly #taps: Float64Array;
  /** Columns, and all places, where the window fits. */
  readonly #across: number;
  readonly #places: number;
  /** Room that is used again: a product of planes, its means along columns alone, and its means. */
  readonly #product: Float64Array;
  readonly #halfway: Float64Array;
  readonly #meanProducts: Float64Array;

  constructor(height: number, width: number) {
    this.#width = width;
    this.#taps = gaussianWindow(Math.min(window.size, height, width));
    this.#across = width - this.#taps.length + 1;
    const down = height - this.#taps.length + 1;
    this.#places = down * this.#across;
    this.#product = new Float64Array(height * width);
    this.#halfway = new Float64Array(down * width);
    this.#meanProducts = new Float64Array(this.#places);
  }

  /** What comparisons of a plane with others have in common. @param values [height, width] */
  see(values: Float64Array): SeenPlane {
    return {
      values,
      means: this.#filtered(values, new Float64Array(this.#places)),
      meanSquares: this.#filtered(this.#multiplied(values, values), new Float64Array(this.#places)),
    };
  }

  compare(x: SeenPlane, y: SeenPlane): StructuralSimilarity {
    const meanProducts = this.#filtered(this.#multiplied(x.values, y.values), this.#meanProducts);
    let whole = 0;
    let structure = 0;
    for (let at = 0; at < meanProducts.length; at++) {
      const mx = x.means[at] ?? 0;
      const my = y.means[at] ?? 0;
      const variances = (x.meanSquares[at] ?? 0) + (y.meanSquares[at] ?? 0) - mx * mx - my * my; // of x and y together
      const contrast = (2 * ((meanProducts[at] ?? 0) - mx * my) + c2) / (variances + c2);
      structure += contrast;
      whole += (contrast * (2 * mx * my + c1)) / (mx * mx + my * my + c1);
    }
    return { whole: whole / meanProducts.length, structure: structure / meanProducts.length };
  }

  #multiplied(x: Float64Array, y: Float64Array): Float64Array {
    const product = this.#product;
    for (let i = 0; i < product.length; i++) product[i] = (x[i] ?? 0) * (y[i] ?? 0);
    return product;
  }

  /** Weighted means, first along columns, then along rows. */
  #filtered(values: Float64Array, target: Float64Array): Float64Array {
    const [taps, width, across] = [this.#taps, this.#width, this.#across];
    const halfway = this.#halfway;
    weigh(values, halfway, taps, { from: 0, step: width, to: 0, count: halfway.length });
    for (let from = 0, to = 0; to < target.length; from += width, to += across) {
      weigh(halfway, target, taps, { from, step: 1, to, count: across });
    }
    return target;
  }
}

/** A Gaussian of an odd number of taps, at most `room`; they sum to 1. */
function gaussianWindow(room: number): Float64Array {
  const size = room - ((room + 1) % 2);
  const sigma = (size * window.sigma) / window.size;
  const taps = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * sigma ** 2)));
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

interface Stretch {
  readonly from: number;
  /** Distance of the values that are weighed together. */
  readonly step: number;
  readonly to: number;
  readonly count: number;
}

/** Sets each of `count` places of the target to the values from its own on, `step` apart, times the taps, which are the same both ways. */
function weigh(
  values: Float64Array,
  target: Float64Array,
  taps: Float64Array,
  { from, step, to, count }: Stretch,
): void {
  const middle = (taps.length - 1) / 2;
  const centre = taps[middle] ?? 0;
  for (let i = 0, at = from + middle * step; i < count; i++, at++) target[to + i] = centre * (values[at] ?? 0);
  for (let t = 0; t < middle; t++) {
    const tap = taps[t] ?? 0;
    for (let i = 0, left = from + t * step, right = from + (taps.length - 1 - t) * step; i < count; i++) {
      target[to + i] = (target[to + i] ?? 0) + tap * ((values[left + i] ?? 0) + (values[right + i] ?? 0));
    }
  }
}
