import { describe, expect, it } from 'vitest';
import { classifierTwoSample } from './index.ts';
import { differences, featureSet, overSeeds, readFixture, type Draw, type Fixture } from './testing/fixtures.ts';

interface Pair {
  readonly a: string;
  readonly b: string;
}

describe('classifierTwoSample, against the logistic regression of scikit-learn', () => {
  const fixture = readFixture('classifier-two-sample') as Fixture<Pair> & {
    draws: readonly (Draw<Pair> & { pValues: readonly number[] })[];
  };

  it.each(fixture.cases)('$name', async ({ inputs, expected }) => {
    for (const seed of [0, 1, 2]) {
      const got = await classifierTwoSample(featureSet(inputs.a), featureSet(inputs.b), { seed });
      expect(differences(got, expected)).toEqual([]);
    }
  });

  it.each(fixture.draws)('has the same mean accuracy over splits: $name', async (draw) => {
    const [a, b] = [featureSet(draw.inputs.a), featureSet(draw.inputs.b)];
    const got = await overSeeds(80, async (seed) => (await classifierTwoSample(a, b, { seed })).accuracy);
    // Another ridge than scikit-learn's may move a few rows across the border: half a percent.
    expect(Math.abs(got.mean - draw.mean)).toBeLessThan(4 * Math.hypot(got.error, draw.error) + 0.005);
    expect(got.error).toBeGreaterThan(0);
  });

  it.each(fixture.draws)('has the p-value of its accuracy: $name', async (draw) => {
    const tests = draw.pValues.length - 1;
    for (const seed of [0, 1, 2, 3]) {
      const got = await classifierTwoSample(featureSet(draw.inputs.a), featureSet(draw.inputs.b), { seed });
      const right = got.accuracy * tests;
      expect(right).toBeCloseTo(Math.round(right), 9); // half of all rows are held out
      expect(differences(got.pValue, draw.pValues[Math.round(right)]!)).toEqual([]);
    }
  });
});
