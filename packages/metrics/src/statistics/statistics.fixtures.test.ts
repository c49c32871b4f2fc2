import { describe, expect, it } from 'vitest';
import {
  bitsPerDimension,
  bootstrapInterval,
  expectedBestOfK,
  holm,
  interquartileMean,
  mcnemar,
  mean,
  median,
  permutationTest,
  probabilityOfImprovement,
  standardDeviation,
  stratifiedBootstrap,
  wilsonInterval,
} from '../index.ts';
import { differences, overSeeds, readFixture, type Case, type Draw, type Fixture } from '../testing/fixtures.ts';
import { normalQuantile } from './normal-quantile.ts';

const statistics = { interquartileMean, mean, median, standardDeviation };
type Named = keyof typeof statistics;

describe('summaries, against numpy and scipy', () => {
  const { cases } = readFixture('summary') as Fixture<{ values: number[] }, object, Partial<Record<Named, number>>>;
  it.each(cases)('$name', ({ inputs, expected }) => {
    const got = Object.fromEntries(
      Object.keys(expected).map((name) => [name, statistics[name as Named](inputs.values)]),
    );
    expect(differences(got, expected as Record<string, number>)).toEqual([]);
  });
});

describe('wilsonInterval, against scipy', () => {
  const { cases } = readFixture('wilson') as Fixture<{ successes: number; trials: number }, { level: number }>;
  it.each(cases)('$name', ({ inputs, options, expected }) => {
    const got = wilsonInterval(inputs.successes, inputs.trials, options.level);
    expect(differences(got, expected, 1e-15)).toEqual([]); // scipy has rounding where an end is 0
  });
});

describe('normalQuantile, against scipy', () => {
  it.each((readFixture('normal-quantile') as Fixture<{ share: number }>).cases)('$name', ({ inputs, expected }) => {
    expect(differences(normalQuantile(inputs.share), expected)).toEqual([]);
  });
});

/** The ends of an interval lie in ranges, most of which hold one value. */
interface Ranges {
  readonly [key: string]: number | [number, number];
  readonly estimate: number;
  readonly low: [number, number];
  readonly high: [number, number];
}

function outside(got: { estimate: number; low: number; high: number }, expected: Ranges): string[] {
  const ends = (['low', 'high'] as const).flatMap((end) => {
    const [least, most] = expected[end];
    const nearest = Math.min(Math.max(got[end], least), most);
    return differences(got[end], nearest, 0, end);
  });
  return [...differences(got.estimate, expected.estimate), ...ends];
}

describe('bootstrapInterval, against all resamples', () => {
  const { cases } = readFixture('bootstrap') as Fixture<
    { values: number[]; statistic: Named },
    { level: number },
    Ranges
  >;
  it.each(cases)('$name', ({ inputs, options, expected }) => {
    const got = bootstrapInterval(inputs.values, { ...options, statistic: statistics[inputs.statistic] });
    expect(outside(got, expected)).toEqual([]);
  });
});

describe('stratifiedBootstrap, against all resamples of the strata', () => {
  type Inputs = { groups: number[][]; statistic: Named };
  const { cases } = readFixture('stratified-bootstrap') as Fixture<Inputs, { level: number }, Ranges>;
  it.each(cases)('$name', ({ inputs, options, expected }) => {
    const got = stratifiedBootstrap(inputs.groups, { ...options, statistic: statistics[inputs.statistic] });
    expect(outside(got, expected)).toEqual([]);
  });

  it('takes the interquartile mean where no statistic is named', () => {
    const [{ inputs, options, expected }] = cases as [Case<Inputs, { level: number }, Ranges>];
    expect(inputs.statistic).toBe('interquartileMean');
    expect(outside(stratifiedBootstrap(inputs.groups, options), expected)).toEqual([]);
  });
});

describe('probabilityOfImprovement, against the U of scipy', () => {
  const { cases } = readFixture('probability-of-improvement') as Fixture<{ x: number[]; y: number[] }>;
  it.each(cases)('$name', ({ inputs, expected }) => {
    expect(differences(probabilityOfImprovement(inputs.x, inputs.y), expected)).toEqual([]);
  });
});

describe('permutationTest, against scipy', () => {
  type Inputs = { a: number[]; b: number[] };
  const fixture = readFixture('permutation-test') as Fixture<Inputs> & {
    draws: readonly (Draw<Inputs, { permutations: number }> & { deviation: number })[];
  };

  it.each(fixture.cases)('$name', ({ inputs, expected }) => {
    expect(differences(permutationTest(inputs.a, inputs.b, {}), expected, 1e-15)).toEqual([]);
  });

  it.each(fixture.draws)('draws where there are more regroupings: $name', async ({ inputs, options, ...draw }) => {
    const seeds = 40;
    const got = await overSeeds(seeds, (seed) => {
      const { pValue, exact, permutations } = permutationTest(inputs.a, inputs.b, { ...options, seed });
      expect({ exact, permutations }).toEqual({ exact: false, permutations: options.permutations });
      return pValue;
    });
    expect(Math.abs(got.mean - draw.mean)).toBeLessThan(4 * (draw.deviation / Math.sqrt(seeds)));
  });
});

describe('holm, against the closure of Bonferroni tests', () => {
  it.each((readFixture('holm') as Fixture<{ pValues: number[] }>).cases)('$name', ({ inputs, expected }) => {
    expect(differences(holm(inputs.pValues), expected)).toEqual([]);
  });
});

describe('mcnemar, against the binomial and chi-square distributions of scipy', () => {
  const { cases } = readFixture('mcnemar') as Fixture<{ onlyA: number; onlyB: number }>;
  it.each(cases)('$name', ({ inputs, expected }) => {
    expect(differences(mcnemar(inputs.onlyA, inputs.onlyB), expected)).toEqual([]);
  });
});

describe('expectedBestOfK, against all draws', () => {
  type Inputs = { values: number[]; k: number };
  const { cases } = readFixture('expected-best-of-k') as Fixture<Inputs, { better: 'higher' | 'lower' }>;
  it.each(cases)('$name', ({ inputs, options, expected }) => {
    // An expectation near 0 is a sum of values of size 9.
    expect(differences(expectedBestOfK(inputs.values, inputs.k, options), expected, 1e-14)).toEqual([]);
  });
});

describe('bitsPerDimension, against numpy', () => {
  type Inputs = { nats: number; dimensions: number };
  const { cases } = readFixture('bits-per-dimension') as Fixture<Inputs, { levels?: number }>;
  it.each(cases)('$name', ({ inputs, options, expected }) => {
    expect(differences(bitsPerDimension(inputs.nats, inputs.dimensions, options), expected)).toEqual([]);
  });
});
