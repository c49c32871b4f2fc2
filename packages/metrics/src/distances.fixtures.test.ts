import { describe, expect, it } from 'vitest';
import { frechetDistance, frechetDistanceInfinity, kernelDistance, slicedWasserstein } from './index.ts';
import { differences, featureSet, overSeeds, readFixture, type Draw, type Fixture } from './testing/fixtures.ts';

interface Pair {
  readonly a: string;
  readonly b: string;
}
interface RealFake {
  readonly real: string;
  readonly fake: string;
}
interface Deviating {
  /** Standard deviation of one subset, or one direction. */
  readonly deviation?: number;
}

describe('frechetDistance, against singular values and a matrix root of scipy', () => {
  it.each((readFixture('frechet-distance') as Fixture<Pair>).cases)(
    '$name',
    async ({ inputs, expected, scale = 0 }) => {
      const got = await frechetDistance(featureSet(inputs.a), featureSet(inputs.b));
      // The traces cancel, to 0 for equal sets: what is left of them is rounding.
      expect(differences(got, expected, 1e-12 * scale)).toEqual([]);
    },
  );
});

describe('frechetDistanceInfinity, against least squares of numpy', () => {
  interface Options {
    readonly sizes?: number;
    readonly smallest?: number;
  }
  const fixture = readFixture('frechet-distance-infinity') as Fixture<RealFake, Options> & {
    draws: readonly Draw<RealFake>[];
  };

  it.each(fixture.cases)('$name', async ({ inputs, options, expected, scale = 0 }) => {
    const [real, fake] = [featureSet(inputs.real), featureSet(inputs.fake)];
    for (const seed of [0, 5]) {
      const got = await frechetDistanceInfinity(real, fake, { ...options, seed });
      // A slope of 0, and an intercept near it, come from distances of this scale.
      expect(differences(got, expected, 1e-10 * scale)).toEqual([]);
    }
  });

  it.each(fixture.draws)('$name', async ({ inputs, options, mean, error }) => {
    const [real, fake] = [featureSet(inputs.real), featureSet(inputs.fake)];
    const got = await overSeeds(60, async (seed) => {
      const { distance } = await frechetDistanceInfinity(real, fake, { ...options, seed });
      return distance;
    });
    expect(Math.abs(got.mean - mean)).toBeLessThan(4 * Math.hypot(got.error, error));
    expect(got.error).toBeGreaterThan(0); // other seeds, other subsets
  });
});

describe('kernelDistance, against the polynomial kernel of scikit-learn', () => {
  interface Options {
    readonly subsets: number;
    readonly subsetSize: number;
  }
  const fixture = readFixture('kernel-distance') as Fixture<Pair, Options> & {
    draws: readonly (Draw<Pair, Options> & Deviating)[];
  };

  it.each(fixture.cases)('$name', async ({ inputs, options, expected, scale = 0 }) => {
    const got = await kernelDistance(featureSet(inputs.a), featureSet(inputs.b), options);
    // Means of kernel values of this size cancel; all subsets are the whole sets, so they deviate by rounding alone.
    expect(differences(got, expected, 1e-14 * scale)).toEqual([]);
  });

  it.each(fixture.draws)('has the mean of all subsets: $name', async ({ inputs, options, mean, deviation }) => {
    const got = await kernelDistance(featureSet(inputs.a), featureSet(inputs.b), options);
    expect(got.deviation).toBeGreaterThan(0);
    expect(Math.abs(got.distance - mean)).toBeLessThan(4 * (got.deviation / Math.sqrt(options.subsets)));
    // A standard deviation from 4 000 draws has an error of 1 to 2 %.
    if (deviation !== undefined) expect(Math.abs(got.deviation / deviation - 1)).toBeLessThan(0.08);
  });

  it('divides squared deviations by the number of subsets: of two, half the variance is left', async () => {
    const [{ inputs, options, deviation = 0 }] = fixture.draws as [Draw<Pair, Options> & Deviating];
    const got = await overSeeds(400, async (seed) => {
      const two = { ...options, subsets: 2, seed };
      return (await kernelDistance(featureSet(inputs.a), featureSet(inputs.b), two)).deviation ** 2;
    });
    expect(Math.abs(got.mean - deviation ** 2 / 2)).toBeLessThan(4 * got.error);
  });
});

describe('slicedWasserstein, against quantile functions in numpy', () => {
  interface Options {
    readonly projections: number;
  }
  const fixture = readFixture('sliced-wasserstein') as Fixture<Pair, Options> & {
    draws: readonly (Draw<Pair, Options> & Required<Deviating>)[];
  };

  it.each(fixture.cases)('$name', async ({ inputs, options, expected, scale = 0 }) => {
    const got = await slicedWasserstein(featureSet(inputs.a), featureSet(inputs.b), options);
    // Of equal rows it is 0, or the root of rounding: projections may be computed in another order.
    expect(differences(got, expected, 1e-7 * scale)).toEqual([]);
  });

  it.each(fixture.draws)('squared, has the mean over directions: $name', async (draw) => {
    const got = await slicedWasserstein(featureSet(draw.inputs.a), featureSet(draw.inputs.b), draw.options);
    expect(Math.abs(got ** 2 - draw.mean)).toBeLessThan(4 * (draw.deviation / Math.sqrt(draw.options.projections)));
  });
});
