import { checkImages, type Images } from './images.ts';

/** How far the filter looks. */
export interface MedianFilterOptions {
  /** Side of the square window in pixels, odd; default 3. */
  readonly size?: number;
}

/**
 * Each pixel replaced by the median of the window around it, channel by channel; beyond the edges, the nearest pixel of the image stands.
 * The classical remedy for noise that keeps edges: what a denoiser is measured against.
 *
 * @param images at least one
 * @returns images of the same number and shape
 * @throws RangeError when images are malformed or not finite, or the size is no odd whole number
 * @see Huang, Yang and Tang 1979, "A fast two-dimensional median filtering algorithm"
 */
export function medianFilter(images: Images, { size = 3 }: MedianFilterOptions = {}): Images {
  checkImages(images, { metric: 'medianFilter', subject: 'images', minimumCount: 1, minimumSide: 1 });
  if (!Number.isInteger(size) || size < 1 || size % 2 === 0) {
    throw new RangeError(
      `medianFilter: size must be an odd whole number of at least 1, got ${size}; 3 is the usual one.`,
    );
  }
  const { data, count, shape } = images;
  const [height, width, channels] = shape;
  const reach = (size - 1) / 2;
  const rows = neighbours(height, reach);
  const columns = neighbours(width, reach);
  const target = new Float32Array(data.length);
  const seen = new Float32Array(size * size);
  let next = 0;
  for (let first = 0; first < data.length; first += height * width * channels) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let channel = 0; channel < channels; channel++) {
          let held = 0;
          for (let down = y; down < y + size; down++) {
            const line = first + (rows[down] ?? 0) * width * channels + channel;
            for (let across = x; across < x + size; across++) {
              insert(seen, held++, data[line + (columns[across] ?? 0) * channels] ?? 0);
            }
          }
          target[next++] = seen[(held - 1) / 2] ?? 0;
        }
      }
    }
  }
  return { data: target, count, shape };
}

/** The places from `-reach` to `length - 1 + reach`, those beyond the ends moved to them. */
const neighbours = (length: number, reach: number): Int32Array =>
  Int32Array.from({ length: length + 2 * reach }, (_, at) => Math.min(Math.max(at - reach, 0), length - 1));

/** Puts a value into its place among `held` ascending ones. */
function insert(sorted: Float32Array, held: number, value: number): void {
  let at = held;
  for (; at > 0 && (sorted[at - 1] ?? 0) > value; at--) sorted[at] = sorted[at - 1] ?? 0;
  sorted[at] = value;
}
