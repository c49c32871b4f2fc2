import { describe, expect, it } from 'vitest';
import { authenticity, nearestNeighbourTwoSample, precisionRecallDensityCoverage } from './index.ts';
import { differences, featureSet, overSeeds, readFixture, type Draw, type Fixture } from './testing/fixtures.ts';
import { normalFeatures } from './testing/random-features.ts';

interface K {
  readonly k: number;
}

describe('precisionRecallDensityCoverage, against the neighbours of scikit-learn', () => {
  const fixture = readFixture('precision-recall-density-coverage') as Fixture<{ real: string; fake: string }, K> & {
    draws: readonly Draw<{ real: number; fake: number }, K>[];
  };

  it.each(fixture.cases)('$name', async ({ inputs, options, expected }) => {
    const got = await precisionRecallDensityCoverage(featureSet(inputs.real), featureSet(inputs.fake), options);
    expect(differences(got, expected)).toEqual([]);
  });

  it.each(fixture.draws)('$name', async ({ inputs, options, mean }) => {
    const got = await overSeeds(100, async (seed) => {
      const real = normalFeatures(2 * seed + 1, inputs.real, 4);
      const fake = normalFeatures(2 * seed + 2, inputs.fake, 4);
      return (await precisionRecallDensityCoverage(real, fake, options)).coverage;
    });
    expect(Math.abs(got.mean - mean)).toBeLessThan(4 * got.error);
  });
});

describe('nearestNeighbourTwoSample, against distances of scipy', () => {
  it.each((readFixture('nearest-neighbour-two-sample') as Fixture<{ a: string; b: string }>).cases)(
    '$name',
    async ({ inputs, expected }) => {
      const got = await nearestNeighbourTwoSample(featureSet(inputs.a), featureSet(inputs.b));
      expect(differences(got, expected)).toEqual([]);
    },
  );
});

describe('authenticity, against scikit-learn (components, cells, neighbours) and the U of scipy', () => {
  const { cases } = readFixture('authenticity') as Fixture<
    { train: string; test: string; fake: string },
    { components?: number; cells?: number }
  >;

  it.each(cases)('$name', async ({ inputs, options, expected }) => {
    const [train, test, fake] = [featureSet(inputs.train), featureSet(inputs.test), featureSet(inputs.fake)];
    // Cells lie so far apart that every seed of k-means must find them.
    for (const seed of [0, 1, 2]) {
      // A score of 0 is a difference of counts, over a standard deviation: exact.
      expect(differences(await authenticity(train, test, fake, { ...options, seed }), expected, 1e-12)).toEqual([]);
    }
  });
});
