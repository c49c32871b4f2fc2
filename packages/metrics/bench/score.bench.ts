import { RandomStream } from '@kindred/random';
import { bench, describe } from 'vitest';
import {
  authenticity,
  classifierTwoSample,
  frechetDistance,
  frechetDistanceInfinity,
  frechetReference,
  kernelDistance,
  multiScaleSimilarity,
  nearestNeighbourTwoSample,
  precisionRecallDensityCoverage,
  sharpness,
  slicedWasserstein,
  spectrumDistance,
  vendiScore,
  type Features,
} from '../src/index.ts';
import { normalFeatures } from '../src/testing/random-features.ts';
import { noiseImages } from '../src/testing/random-images.ts';

/**
 * What one score of 1 000 samples is made of: 1 000 x 128 rows against as many, copying against 8 000 training rows, images of 28 x 28. The rows are
 * like features of a classifier: ten clouds, no value below 0, many at 0.
 * `npx vitest bench --run packages/metrics/bench`, on a quiet machine.
 */
const columns = 128;
const middles = new RandomStream(0, 'middles').fillNormal(new Float64Array(10 * columns));

function featuresLike(seed: number, rows: number, shift: number): Features {
  const { data } = normalFeatures(seed, rows, columns);
  const placed = data.map((value, at) => {
    const middle = middles[(Math.floor(at / columns) % 10) * columns + (at % columns)] ?? 0;
    return Math.max(middle + value / 2 + shift, 0);
  });
  return { data: placed, rows, columns };
}

const real = featuresLike(1, 1000, 0);
const fake = featuresLike(2, 1000, 0.05);
const train = featuresLike(3, 8000, 0);
const reference = await frechetReference(real);
const [realImages, fakeImages] = [noiseImages(1, 1000, [28, 28, 1]), noiseImages(2, 1000, [28, 28, 1])];

describe('1 000 x 128 features against 1 000', () => {
  bench('frechetReference', async () => void (await frechetReference(real)));
  bench('frechetDistance', async () => void (await frechetDistance(reference, fake)));
  bench('frechetDistanceInfinity', async () => void (await frechetDistanceInfinity(reference, fake)));
  bench('kernelDistance', async () => void (await kernelDistance(real, fake)));
  bench('slicedWasserstein', async () => void (await slicedWasserstein(real, fake)));
  bench('precisionRecallDensityCoverage', async () => void (await precisionRecallDensityCoverage(real, fake)));
  bench('nearestNeighbourTwoSample', async () => void (await nearestNeighbourTwoSample(real, fake)));
  bench('classifierTwoSample', async () => void (await classifierTwoSample(real, fake)));
  bench('vendiScore', async () => void (await vendiScore(fake)));
});

describe('1 000 x 128 features against 8 000 training rows', () => {
  bench('authenticity', async () => void (await authenticity(train, real, fake)));
});

describe('1 000 images of 28 x 28', () => {
  bench('sharpness', () => void sharpness(fakeImages));
  bench('spectrumDistance', () => void spectrumDistance(realImages, fakeImages));
  bench('multiScaleSimilarity', () => void multiScaleSimilarity(fakeImages));
});
