import { checkFinite, type FeatureDemand } from './features.ts';

/** Images as floats: `data` is [count, height, width, channels]. Every metric refuses NaN and infinities. */
export interface Images {
  readonly data: Float32Array;
  readonly count: number;
  /** [height, width, channels] */
  readonly shape: readonly [number, number, number];
}

/** What a metric demands of images, and how it speaks of them in errors. */
export interface ImageDemand extends Pick<FeatureDemand, 'metric' | 'subject'> {
  /** The fewest images that the metric is defined for. */
  readonly minimumCount: number;
  /** The fewest pixels along each side. */
  readonly minimumSide: number;
}

/**
 * Throws unless images are well formed, finite, large enough and enough.
 *
 * @throws RangeError that says which argument of which metric is wrong, and where
 */
export function checkImages({ data, count, shape }: Images, demand: ImageDemand): void {
  const { metric, subject, minimumCount, minimumSide } = demand;
  const [height, width, channels] = shape;
  const text = `[${shape.join(', ')}]`;
  if (![count, ...shape].every(Number.isInteger) || count < minimumCount || channels < 1) {
    const least = minimumCount === 1 ? 'one image' : `${minimumCount} images`;
    throw new RangeError(
      `${metric}: ${subject}: at least ${least} of shape [height, width, channels] must be given, got ${count} of shape ${text}; ` +
        'pass more, or correct the shape.',
    );
  }
  if (height < minimumSide || width < minimumSide) {
    throw new RangeError(
      `${metric}: ${subject}: images must have at least ${minimumSide} x ${minimumSide} pixels, got shape ${text}; take larger ones.`,
    );
  }
  const size = height * width * channels;
  if (data.length !== count * size) {
    throw new RangeError(
      `${metric}: ${subject}: ${count} images of shape ${text} are ${count * size} values, got ${data.length}; correct count or shape.`,
    );
  }
  checkFinite(data, (at) => `${metric}: ${subject}: value ${at % size} of image ${Math.floor(at / size)}`);
}

/** How far beyond 0 ... 1 an intensity may lie: the sigmoid that models end with reaches 1 + 2^-23 in ONNX Runtime. */
const rangeTolerance = 1e-6;

/**
 * Throws unless all intensities lie in 0 ... 1, but for rounding.
 *
 * @throws RangeError that says which argument of which metric is wrong, and where
 */
export function checkIntensities(
  { data, shape }: Images,
  { metric, subject }: Pick<ImageDemand, 'metric' | 'subject'>,
): void {
  const at = data.findIndex((value) => !(value >= -rangeTolerance && value <= 1 + rangeTolerance));
  if (at < 0) return;
  const size = shape[0] * shape[1] * shape[2];
  throw new RangeError(
    `${metric}: ${subject}: value ${at % size} of image ${Math.floor(at / size)} must lie in 0 ... 1, got ${data[at]}; ` +
      'scale the images to 0 ... 1, or cut them off there.',
  );
}

/** One channel of one image in float64, [height, width]. */
export function planeOf({ data, shape }: Images, image: number, channel: number): Float64Array {
  const [height, width, channels] = shape;
  const plane = new Float64Array(height * width);
  const first = image * plane.length * channels + channel;
  for (let i = 0; i < plane.length; i++) plane[i] = data[first + i * channels] ?? 0;
  return plane;
}
