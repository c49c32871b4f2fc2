import { planeOf, type Images } from './images.ts';

/**
 * Power by frequency: for each image and channel the two-dimensional Fourier transform F of the image less its own mean, |F|^2 / (H W),
 * averaged over rings of whole radius r = round(sqrt(u^2 + v^2)), then over images and channels. u and v are signed frequencies in
 * cycles per length of the smaller side; radii go from 1 to half of that side. White noise of variance s^2 has s^2 in every ring.
 *
 * The mean of |F|^2 over the frequencies (+-u, +-v) of a real image f is a sum of four squares, each a sum over the image of f
 * times a cosine or sine of 2 pi u y / H and one of 2 pi v x / W. A cosine is the same at y and H - y, a sine the negative: the image is
 * folded first, so that each sum has a quarter of the terms. Exact for every size, and for images of some tens of pixels as fast as it
 * needs to be.
 *
 * @param images well formed, at least 2 x 2 pixels
 * @returns mean power at r = 1 ... floor(min(H, W) / 2), in squared intensity
 */
export function radialSpectrum(images: Images): Float64Array {
  const { count, shape } = images;
  const [height, width, channels] = shape;
  const rings = ringsOf(height, width);
  const power = new QuarterPower(height, width, rings);
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < channels; channel++) power.add(planeOf(images, image, channel));
  }
  return ringMeans(power.sums, rings).map((sum) => sum / (count * channels));
}

/** Rings that frequencies lie in, [u, v] each for (+-u, +-v), u = 0 ... floor(H / 2), v = 0 ... floor(W / 2). */
interface Rings {
  /** Rings of radius 0 ... count - 1. */
  readonly count: number;
  /** Rounded radii; `count` or more in the corners, beyond all rings. */
  readonly radii: Int32Array;
  /** How many frequencies (+-u, +-v) are. */
  readonly members: Int32Array;
}

function ringsOf(height: number, width: number): Rings {
  const side = Math.min(height, width);
  const columns = placesOf(width);
  const radii = new Int32Array(placesOf(height) * columns);
  const members = new Int32Array(radii.length);
  for (let at = 0; at < radii.length; at++) {
    const [u, v] = [Math.floor(at / columns), at % columns];
    radii[at] = Math.round(Math.hypot((u * side) / height, (v * side) / width));
    members[at] = signsOf(u, height) * signsOf(v, width);
  }
  return { count: Math.floor(side / 2) + 1, radii, members };
}

function ringMeans(values: Float64Array, { count, radii, members }: Rings): Float64Array {
  const [sums, weights] = [new Float64Array(count), new Float64Array(count)];
  for (let at = 0; at < values.length; at++) {
    const [radius, weight] = [radii[at] ?? 0, members[at] ?? 0];
    if (radius >= count) continue;
    sums[radius] = (sums[radius] ?? 0) + weight * (values[at] ?? 0);
    weights[radius] = (weights[radius] ?? 0) + weight;
  }
  return sums.map((sum, radius) => sum / (weights[radius] ?? 1)).subarray(1); // ring 0 is the mean itself
}

/** Frequencies from 0 to the highest that a length can show, and places once it is folded: 0 ... floor(length / 2). */
const placesOf = (length: number): number => Math.floor(length / 2) + 1;

/** How many frequencies of a length are k or -k: 0, and n / 2 of an even n, are their own negatives. */
const signsOf = (k: number, length: number): number => (k === 0 || 2 * k === length ? 1 : 2);

/** cos and sin of 2 pi k x / length at [k, x], for each frequency k and folded place x. */
interface Waves {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function waves(length: number): Waves {
  const places = placesOf(length);
  const angles = Float64Array.from({ length: places * places }, (_, at) => {
    const turns = (Math.floor(at / places) * (at % places)) % length; // whole turns taken off while the numbers are exact
    return (2 * Math.PI * turns) / length;
  });
  return { cosines: angles.map((angle) => Math.cos(angle)), sines: angles.map((angle) => Math.sin(angle)) };
}

/** Sums the mean of |F|^2 / (H W) over (+-u, +-v) of planes [H, W]. */
class QuarterPower {
  /** [u, v]; 0 beyond all rings. */
  readonly sums: Float64Array;
  readonly #height: number;
  readonly #width: number;
  readonly #rings: Rings;
  readonly #down: Waves;
  readonly #across: Waves;
  /**
   * A folded plane, [y, x, 4]: what goes with a cosine both ways, a sine down, a sine across, and a sine both ways. And the same with the waves
   * across summed, [v, y, 4].
   */
  readonly #folded: Float64Array;
  readonly #halfway: Float64Array;

  constructor(height: number, width: number, rings: Rings) {
    const size = rings.radii.length;
    this.#height = height;
    this.#width = width;
    this.#rings = rings;
    this.#down = waves(height);
    this.#across = waves(width);
    this.sums = new Float64Array(size);
    this.#folded = new Float64Array(4 * size);
    this.#halfway = new Float64Array(4 * size);
  }

  add(plane: Float64Array): void {
    this.#fold(plane);
    this.#sumAcross();
    this.#sumDown(plane.length);
  }

  /** Folds the plane less its mean both ways; a place that has no other half stands alone. */
  #fold(plane: Float64Array): void {
    const [height, width, folded] = [this.#height, this.#width, this.#folded];
    let mean = 0;
    for (let i = 0; i < plane.length; i++) mean += plane[i] ?? 0;
    mean /= plane.length;
    let to = 0;
    for (let y = 0; y < placesOf(height); y++) {
      const below = signsOf(y, height) === 1 ? -1 : (height - y) * width;
      for (let x = 0; x < placesOf(width); x++, to += 4) {
        const right = signsOf(x, width) === 1 ? -1 : width - x;
        const a = (plane[y * width + x] ?? 0) - mean;
        const b = right < 0 ? 0 : (plane[y * width + right] ?? 0) - mean;
        const c = below < 0 ? 0 : (plane[below + x] ?? 0) - mean;
        const d = right < 0 || below < 0 ? 0 : (plane[below + right] ?? 0) - mean;
        folded[to] = a + b + (c + d);
        folded[to + 1] = a + b - (c + d);
        folded[to + 2] = a - b + (c - d);
        folded[to + 3] = a - b - (c - d);
      }
    }
  }

  #sumAcross(): void {
    const [rows, columns] = [placesOf(this.#height), placesOf(this.#width)];
    const [folded, halfway, { cosines, sines }] = [this.#folded, this.#halfway, this.#across];
    let to = 0;
    for (let v = 0; v < columns; v++) {
      for (let from = 0; from < 4 * rows * columns; to += 4) {
        let even = 0;
        let evenOdd = 0;
        let oddEven = 0;
        let odd = 0;
        for (let wave = v * columns, end = wave + columns; wave < end; wave++, from += 4) {
          const cosine = cosines[wave] ?? 0;
          const sine = sines[wave] ?? 0;
          even += cosine * (folded[from] ?? 0);
          evenOdd += cosine * (folded[from + 1] ?? 0);
          oddEven += sine * (folded[from + 2] ?? 0);
          odd += sine * (folded[from + 3] ?? 0);
        }
        halfway[to] = even;
        halfway[to + 1] = evenOdd;
        halfway[to + 2] = oddEven;
        halfway[to + 3] = odd;
      }
    }
  }

  #sumDown(pixels: number): void {
    const [rows, columns] = [placesOf(this.#height), placesOf(this.#width)];
    const [sums, halfway, { cosines, sines }] = [this.sums, this.#halfway, this.#down];
    const { radii, count } = this.#rings;
    for (let at = 0; at < sums.length; at++) {
      if ((radii[at] ?? 0) >= count) continue;
      let even = 0;
      let evenOdd = 0;
      let oddEven = 0;
      let odd = 0;
      let from = 4 * rows * (at % columns);
      const first = Math.floor(at / columns) * rows;
      for (let wave = first; wave < first + rows; wave++, from += 4) {
        const cosine = cosines[wave] ?? 0;
        const sine = sines[wave] ?? 0;
        even += cosine * (halfway[from] ?? 0);
        evenOdd += sine * (halfway[from + 1] ?? 0);
        oddEven += cosine * (halfway[from + 2] ?? 0);
        odd += sine * (halfway[from + 3] ?? 0);
      }
      const power = even * even + evenOdd * evenOdd + oddEven * oddEven + odd * odd;
      sums[at] = (sums[at] ?? 0) + power / pixels;
    }
  }
}
