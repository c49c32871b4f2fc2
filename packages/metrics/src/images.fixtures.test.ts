import { describe, expect, it } from 'vitest';
import {
  medianFilter,
  multiScaleSimilarity,
  peakSignalToNoiseRatio,
  sharpness,
  sharpnessRatio,
  spectrumDistance,
  type Images,
} from './index.ts';
import { differences, imageSet, readFixture, type Draw, type Fixture } from './testing/fixtures.ts';

interface One {
  readonly images: string;
}
interface RealFake {
  readonly real: string;
  readonly fake: string;
}

describe('sharpness, against convolutions of scipy', () => {
  const fixture = readFixture('sharpness') as Fixture<One> & { ratios: Fixture<RealFake>['cases'] };

  it.each(fixture.cases)('$name', ({ inputs, expected, scale = 0 }) => {
    expect(differences(sharpness(imageSet(inputs.images)), expected, 1e-15 * scale)).toEqual([]); // 0 of flat images
  });

  it.each(fixture.ratios)('$name', ({ inputs, expected }) => {
    expect(differences(sharpnessRatio(imageSet(inputs.fake), imageSet(inputs.real)), expected)).toEqual([]);
  });
});

describe('spectrumDistance, against the Fourier transform of numpy', () => {
  it.each((readFixture('spectrum-distance') as Fixture<RealFake>).cases)('$name', ({ inputs, expected }) => {
    const got = spectrumDistance(imageSet(inputs.real), imageSet(inputs.fake));
    // Powers of flat images are 0, or the floor of 1e-12.
    expect(differences(got, expected, 1.1e-12)).toEqual([]);
  });
});

describe('medianFilter, against scipy', () => {
  it.each((readFixture('median-filter') as Fixture<One, { size: number }>).cases)(
    '$name',
    ({ inputs, options, expected }) => {
      const { data } = medianFilter(imageSet(inputs.images), options);
      expect(differences([...data], expected)).toEqual([]);
    },
  );
});

describe('peakSignalToNoiseRatio, by numpy', () => {
  const { cases } = readFixture('peak-signal-to-noise-ratio') as Fixture<{ images: string; originals: string }>;
  it.each(cases)('$name', ({ inputs, expected }) => {
    const got = peakSignalToNoiseRatio(imageSet(inputs.images), imageSet(inputs.originals));
    expect(differences(got, expected)).toEqual([]);
  });
});

/** The images of `pattern` in fixtures/oracles/images.py. */
function pattern(height: number, width: number): Images {
  const data = new Float32Array(2 * height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      data[at] = ((x * x + 2 * y * y + x * y) % 256) / 256;
      data[height * width + at] = 0.75 * data[at]! + (0.25 * ((3 * x + 5 * y) % 64)) / 64;
    }
  }
  return { data, count: 2, shape: [height, width, 1] };
}

describe('multiScaleSimilarity, against convolutions of scipy', () => {
  interface Options {
    readonly pairs: number;
  }
  const fixture = readFixture('multi-scale-similarity') as Fixture<One, Options> & {
    draws: readonly (Draw<One, Options> & { deviation: number })[];
    patterns: Fixture<{ height: number; width: number }, Options>['cases'];
  };

  it.each(fixture.cases)('$name', ({ inputs, options, expected }) => {
    expect(differences(multiScaleSimilarity(imageSet(inputs.images), options), expected)).toEqual([]);
  });

  it.each(fixture.patterns)('$name', ({ inputs, options, expected }) => {
    expect(differences(multiScaleSimilarity(pattern(inputs.height, inputs.width), options), expected)).toEqual([]);
  });

  it.each(fixture.draws)('has the mean of all pairs: $name', ({ inputs, options, mean, deviation }) => {
    const { similarity } = multiScaleSimilarity(imageSet(inputs.images), options);
    expect(Math.abs(similarity - mean)).toBeLessThan(4 * (deviation / Math.sqrt(options.pairs)));
  });
});
