import { describe, expect, it } from 'vitest';
import { inceptionScore, modeCoverage, vendiScore, type Features, type MixtureModes } from './index.ts';
import { differences, featureSet, readFixture, type Fixture } from './testing/fixtures.ts';

type Listed<Set, Key extends keyof Set> = Omit<Set, Key> & Record<Key, readonly number[]>;

const float32 = ({ data, ...shape }: Listed<Features, 'data'>): Features => ({
  ...shape,
  data: Float32Array.from(data),
});

describe('vendiScore, against cosine similarities of scikit-learn', () => {
  it.each((readFixture('vendi-score') as Fixture<{ a: string }>).cases)('$name', async ({ inputs, expected }) => {
    expect(differences(await vendiScore(featureSet(inputs.a)), expected)).toEqual([]);
  });
});

describe('inceptionScore, against the relative entropy of scipy', () => {
  const { cases } = readFixture('inception-score') as Fixture<Listed<Features, 'data'>, { splits: number }>;
  it.each(cases)('$name', ({ inputs, options, expected }) => {
    // A deviation of 0 is that of scores which differ by rounding.
    expect(differences(inceptionScore(float32(inputs), options), expected, 1e-12)).toEqual([]);
  });
});

describe('modeCoverage, against distances and entropy of scipy', () => {
  interface Inputs {
    readonly points: Listed<Features, 'data'>;
    readonly modes: Listed<MixtureModes, 'centres'>;
  }
  it.each((readFixture('mode-coverage') as Fixture<Inputs>).cases)('$name', ({ inputs, expected }) => {
    const { centres, ...modes } = inputs.modes;
    const got = modeCoverage(float32(inputs.points), { ...modes, centres: Float32Array.from(centres) });
    expect(differences(got, expected)).toEqual([]);
  });
});
