import type { Dataset, ImageSpec, Split } from '@kindred/data';
import { RandomStream } from '@kindred/random';

/** A set of samples that fails in one known way, made of real examples. */
export interface FailedSet {
  /** `none` for unseen real data, else the failure: `blur`. */
  readonly failure: FailureName;
  /** [count, ...shape] */
  readonly samples: Float32Array;
}

export const failureNames = ['none', 'blur', 'noise', 'dropped mode', 'memorised set', 'shifted mean'] as const;
export type FailureName = (typeof failureNames)[number];

/** What each failure is, on images. */
export const failureMeanings: Readonly<Record<FailureName, string>> = {
  none: 'validation examples: real data that nothing was trained on',
  blur: 'the same, each pixel replaced by the binomial mean of the 5 x 5 around it',
  noise: 'the same, with Gaussian noise of standard deviation 0.15 added, cut to 0 ... 1',
  'dropped mode': 'validation examples of all classes but the first',
  'memorised set': 'training examples',
  'shifted mean': 'validation examples, all intensities raised by 0.1, cut to 0 ... 1',
};

const noiseDeviation = 0.15;
const shift = 0.1;

/**
 * Sets of equally many samples, one per failure. The dropped mode decides how many: the validation examples that are left.
 *
 * @param seed draws the noise and the training examples
 * @throws TypeError where the dataset is not of labelled images
 */
export function failedSets(dataset: Dataset, seed: number): { readonly count: number; readonly sets: FailedSet[] } {
  const { spec, splits } = dataset;
  if (spec.kind !== 'image' || spec.classes < 2) {
    throw new TypeError(`failures: ${dataset.name} has no labelled images; choose a dataset that has, such as mnist.`);
  }
  const { validation, train } = splits;
  const others = placesOf(validation, (label) => label !== 0);
  const count = Math.min(others.length, splits.test.count, train.count);
  const size = spec.shape.reduce((product, length) => product * length, 1);
  const take = (split: Split, places: Int32Array): Float32Array =>
    split.gather(places.subarray(0, count), new Float32Array(count * size));
  const unseen = take(
    validation,
    placesOf(validation, () => true),
  );
  const samples: Readonly<Record<FailureName, Float32Array>> = {
    none: unseen,
    blur: blurred(unseen, spec),
    noise: noisy(unseen, new RandomStream(seed, 'failures', 'noise')),
    'dropped mode': take(validation, others),
    'memorised set': take(train, new RandomStream(seed, 'failures', 'memorised').permutation(train.count)),
    'shifted mean': unseen.map((value) => Math.min(1, value + shift)),
  };
  return { count, sets: failureNames.map((failure) => ({ failure, samples: samples[failure] })) };
}

/** Other draws of real data, for how much a score moves by chance: training examples. */
export function realDraws(dataset: Dataset, count: number, seeds: readonly number[]): Float32Array[] {
  const { train } = dataset.splits;
  const size = dataset.spec.shape.reduce((product: number, length) => product * length, 1);
  return seeds.map((seed) => {
    const places = new RandomStream(seed, 'failures', 'real').permutation(train.count).subarray(0, count);
    return train.gather(places, new Float32Array(count * size));
  });
}

function placesOf({ count, labels }: Split, keep: (label: number) => boolean): Int32Array {
  return Int32Array.from(Array(count).keys()).filter((place) => keep(labels?.[place] ?? 0));
}

/** [1 4 6 4 1] / 16 along both axes; pixels beyond the edge repeat it. */
export function blurred(images: Float32Array, { shape }: Pick<ImageSpec, 'shape'>): Float32Array {
  const [height, width, channels] = shape;
  const rows = alongAxis(images, { length: height, stride: width * channels });
  return alongAxis(rows, { length: width, stride: channels });
}

const binomial = [1, 4, 6, 4, 1].map((weight) => weight / 16);

/** The filter along one axis of `length` places that lie `stride` apart. */
function alongAxis(
  values: Float32Array,
  { length, stride }: { readonly length: number; readonly stride: number },
): Float32Array {
  return values.map((_, at) => {
    const place = Math.floor(at / stride) % length;
    const first = at - place * stride;
    return binomial.reduce((sum, weight, tap) => {
      const near = Math.min(length - 1, Math.max(0, place + tap - 2));
      return sum + weight * (values[first + near * stride] ?? 0);
    }, 0);
  });
}

function noisy(images: Float32Array, stream: RandomStream): Float32Array {
  return images.map((value) => Math.min(1, Math.max(0, value + noiseDeviation * stream.normal())));
}
