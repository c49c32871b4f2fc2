/** How pixels between those of the source are found: with a filter that widens as the image shrinks, so that nothing aliases. */
export type Resizing = 'antialiased-bilinear' | 'antialiased-bicubic';

/** Height and width in pixels. */
export type Size = readonly [number, number];

interface Filter {
  /** Half of the filter's width, in pixels of the coarser image. */
  readonly support: number;
  readonly weight: (distance: number) => number;
}

const filters: Readonly<Record<Resizing, Filter>> = {
  'antialiased-bilinear': { support: 1, weight: (x) => Math.max(1 - Math.abs(x), 0) },
  'antialiased-bicubic': { support: 2, weight: (x) => cubic(Math.abs(x)) },
};

/** Keys' cubic with a = -1/2, as in Pillow, and in PyTorch with antialias. */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/**
 * A function that resizes one image [height, width, channels] of size `from` to size `to`. Floats go in and come out, and nothing
 * is rounded or cut off: bicubic overshoots at edges. Each output pixel is a weighted mean of source pixels around its centre; where
 * the image shrinks, the filter is as wide in output pixels as it is in source pixels where it grows. Weights are cut off at
 * the border and sum to 1. The same numbers as Pillow's `resize` in mode F and PyTorch's `interpolate(antialias=True)`.
 *
 * @see Parmar et al. 2022, arXiv:2104.11222, for how much resizing changes distances
 */
export function imageResizer(
  from: Size,
  to: Size,
  channels: number,
  resizing: Resizing,
): (image: Float32Array) => Float32Array {
  const filter = filters[resizing];
  const rows = tapsOf(from[0], to[0], filter);
  const columns = tapsOf(from[1], to[1], filter);
  const [sourceLine, line] = [from[1] * channels, to[1] * channels];
  return (image) => {
    const wide = new Float64Array(from[0] * line); // [from height, to width, channels]
    for (let y = 0; y < from[0]; y++) {
      for (const [x, { first, weights }] of columns.entries()) {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let t = 0, at = y * sourceLine + first * channels + c; t < weights.length; t++, at += channels) {
            sum += (weights[t] ?? 0) * (image[at] ?? 0);
          }
          wide[y * line + x * channels + c] = sum;
        }
      }
    }
    const result = new Float32Array(to[0] * line);
    for (const [y, { first, weights }] of rows.entries()) {
      for (let x = 0; x < line; x++) {
        let sum = 0;
        for (let t = 0, at = first * line + x; t < weights.length; t++, at += line) {
          sum += (weights[t] ?? 0) * (wide[at] ?? 0);
        }
        result[y * line + x] = sum;
      }
    }
    return result;
  };
}

/** The source pixels of one output pixel: from `first` on, with weights that sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: Float64Array;
}

function tapsOf(from: number, to: number, { support, weight }: Filter): Taps[] {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(Math.floor(centre - support * widening + 0.5), 0);
    const end = Math.min(Math.floor(centre + support * widening + 0.5), from);
    const weights = Float64Array.from({ length: end - first }, (_, t) => weight((first + t - centre + 0.5) / widening));
    const sum = weights.reduce((total, value) => total + value, 0);
    return { first, weights: weights.map((value) => value / sum) };
  });
}
