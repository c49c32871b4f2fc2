import {
  authenticity,
  classAccuracy,
  classifierTwoSample,
  frechetDistance,
  frechetDistanceInfinity,
  frechetReference,
  inceptionScore,
  kernelDistance,
  nearestNeighbourTwoSample,
  precisionRecallDensityCoverage,
  slicedWasserstein,
  vendiScore,
  type Features,
} from '@kindred/metrics';
import type { Measured } from './metric-table.ts';

/**
 * Up to this many samples the kernel distance is that of all of them, the estimate of least variance; beyond it is the mean over
 * subsets of the usual size.
 */
const wholeKernelDistance = 5000;

/** Seeds whatever a metric draws (projections, subsets, halves), alike for all trials: one source of spread less. */
const seed = 0;

/** What every feature space says of samples against as many test examples. */
export async function featureMeasures(features: string, real: Features, fake: Features): Promise<Measured[]> {
  const rows = Math.min(real.rows, fake.rows);
  const subsets = rows <= wholeKernelDistance ? { subsets: 1, subsetSize: rows } : {};
  const reference = await frechetReference(real);
  const { precision, recall, density, coverage } = await precisionRecallDensityCoverage(real, fake);
  const values = {
    'frechet-distance': await frechetDistance(reference, fake),
    'frechet-distance-infinity': (await frechetDistanceInfinity(reference, fake, { seed })).distance,
    'kernel-distance': (await kernelDistance(real, fake, { ...subsets, seed })).distance,
    'sliced-wasserstein': await slicedWasserstein(real, fake, { seed }),
    precision,
    recall,
    density,
    coverage,
    'nearest-neighbour-accuracy': (await nearestNeighbourTwoSample(real, fake)).accuracy,
    'classifier-two-sample-accuracy': (await classifierTwoSample(real, fake, { seed })).accuracy,
  } as const;
  return [
    ...Object.entries(values).map(([metric, value]) => ({ metric: metric as keyof typeof values, features, value })),
    ...(hasZeroRow(fake) ? [] : [{ metric: 'vendi-score', features, value: await vendiScore(fake) } as const]),
  ];
}

/** Cosine similarities of such a row are not defined, so the Vendi score has no value, and no row. */
function hasZeroRow({ data, rows, columns }: Features): boolean {
  const isZero = (row: number): boolean =>
    data.subarray(row * columns, (row + 1) * columns).every((value) => value === 0);
  return Array.from({ length: rows }, (_, row) => row).some(isZero);
}

/** Whether samples copy the training split. Data copying has no row where no cell holds both samples and test examples. */
export async function copyingMeasures(
  features: string,
  { train, test, fake }: { readonly train: Features; readonly test: Features; readonly fake: Features },
): Promise<Measured[]> {
  const { authenticShare, dataCopying } = await authenticity(train, test, fake, { seed });
  return [
    { metric: 'authentic-share', features, value: authenticShare },
    ...(dataCopying === null ? [] : [{ metric: 'data-copying', features, value: dataCopying } as const]),
  ];
}

/**
 * By the class probabilities of the classifier that was trained here.
 *
 * @param labels the class that each sample was asked for; of class-conditional models only
 */
export function classMeasures(features: string, probabilities: Features, labels?: Int32Array): Measured[] {
  return [
    { metric: 'inception-score', features, value: inceptionScore(probabilities).score },
    ...(labels ? [{ metric: 'class-accuracy', features, value: classAccuracy(probabilities, labels) } as const] : []),
  ];
}
