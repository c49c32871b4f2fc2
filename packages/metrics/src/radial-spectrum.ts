import { planeOf, type Images } from './images.ts';

/**
 * Power by frequency: for each image and channel the two-dimensional Fourier transform F of the image less its own mean, |F|^2 / (H W),
 * averaged over rings of whole radius r = round(sqrt(u^2 + v^2)), then over images and channels. u and v are signed frequencies in
 * cycles per length of the smaller side; radii go from 1 to half of that side. White noise of variance s^2 has s^2 in every ring.
 *
 * The mean of |F|^2 over the frequencies (+-u, +-v) of a real image f is a sum of four squares, each a sum over the image of f
 * times a cosine or sine of 2 pi u y / H and one of 2 pi v x / W. So two products with matrices of waves do, and a quarter of the
 * plane: exact for every size, and for images of some tens of pixels as fast as it needs to be.
 *
 * @param images well formed, at least 2 x 2 pixels
 * @returns mean power at r = 1 ... floor(min(H, W) / 2), in squared intensity
 */
export function radialSpectrum(images: Images): Float64Array {
  const { count, shape } = images;
  const [height, width, channels] = shape;
  const power = quarterPower(height, width);
  const sums = new Float64Array(power.length);
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < channels; channel++) power.add(planeOf(images, image, channel), sums);
  }
  const spectrum = ringMeans(sums, height, width);
  return spectrum.map((sum) => sum / (count * channels));
}

/** Means over rings of values that each stand for the frequencies (+-u, +-v), u = 0 ... floor(H / 2), v = 0 ... floor(W / 2). */
function ringMeans(values: Float64Array, height: number, width: number): Float64Array {
  const side = Math.min(height, width);
  const columns = frequenciesOf(width);
  const sums = new Float64Array(Math.floor(side / 2) + 1);
  const members = new Float64Array(sums.length);
  for (const [at, value] of values.entries()) {
    const [u, v] = [Math.floor(at / columns), at % columns];
    const radius = Math.round(Math.hypot((u * side) / height, (v * side) / width));
    if (radius >= sums.length) continue; // corners beyond the largest ring
    const weight = signsOf(u, height) * signsOf(v, width);
    sums[radius] = (sums[radius] ?? 0) + weight * value;
    members[radius] = (members[radius] ?? 0) + weight;
  }
  return sums.map((sum, radius) => sum / (members[radius] ?? 1)).subarray(1); // ring 0 is the mean itself
}

/** Frequencies from 0 to the highest that a length can show. */
const frequenciesOf = (length: number): number => Math.floor(length / 2) + 1;

/** How many frequencies of a length are k or -k: 0, and n / 2 of an even n, are their own negatives. */
const signsOf = (k: number, length: number): number => (k === 0 || 2 * k === length ? 1 : 2);

/** Adds to sums [u, v] the mean of |F|^2 / (H W) over (+-u, +-v) of a plane [H, W], which it changes. */
function quarterPower(height: number, width: number) {
  const [rows, columns] = [frequenciesOf(height), frequenciesOf(width)];
  const [across, down] = [waves(width), waves(height)];
  const [cosines, sines] = [new Float64Array(columns * height), new Float64Array(columns * height)]; // [v, y]
  const add = (plane: Float64Array, sums: Float64Array): void => {
    const mean = plane.reduce((sum, value) => sum + value, 0) / plane.length;
    for (let i = 0; i < plane.length; i++) plane[i] = (plane[i] ?? 0) - mean;
    for (let v = 0; v < columns; v++) {
      for (let y = 0; y < height; y++) {
        const { c, s } = waveSums(plane, y * width, across, v);
        cosines[v * height + y] = c;
        sines[v * height + y] = s;
      }
    }
    for (let u = 0; u < rows; u++) {
      for (let v = 0; v < columns; v++) {
        const even = waveSums(cosines, v * height, down, u);
        const odd = waveSums(sines, v * height, down, u);
        const power = even.c ** 2 + even.s ** 2 + odd.c ** 2 + odd.s ** 2;
        sums[u * columns + v] = (sums[u * columns + v] ?? 0) + power / plane.length;
      }
    }
  };
  return { length: rows * columns, add };
}

/** cos and sin of 2 pi k x / length at [k, x], for each frequency k. */
interface Waves {
  readonly length: number;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function waves(length: number): Waves {
  const angles = Float64Array.from({ length: frequenciesOf(length) * length }, (_, at) => {
    const turns = (Math.floor(at / length) * (at % length)) % length; // whole turns taken off while the numbers are exact
    return (2 * Math.PI * turns) / length;
  });
  return { length, cosines: angles.map((angle) => Math.cos(angle)), sines: angles.map((angle) => Math.sin(angle)) };
}

/** Sums of the values from `start` on, as many as the waves are long, times the cosine and the sine of frequency k. */
function waveSums(
  values: Float64Array,
  start: number,
  { length, cosines, sines }: Waves,
  k: number,
): { readonly c: number; readonly s: number } {
  let c = 0;
  let s = 0;
  for (let at = start, wave = k * length, end = start + length; at < end; at++, wave++) {
    const value = values[at] ?? 0;
    c += value * (cosines[wave] ?? 0);
    s += value * (sines[wave] ?? 0);
  }
  return { c, s };
}
