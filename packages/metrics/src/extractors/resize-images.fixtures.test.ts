import { describe, expect, it } from 'vitest';
import { differences, imageSet, readFixture, type Fixture } from '../testing/fixtures.ts';
import { imageResizer } from './resize-images.ts';

interface Inputs {
  /** A set of images.json, and which of its images. */
  readonly images: string;
  readonly image: number;
}

interface Options {
  readonly height: number;
  readonly width: number;
  readonly mode: 'bilinear' | 'bicubic';
}

const { cases } = readFixture('resize') as Fixture<Inputs, Options, readonly number[]>;

describe('imageResizer, against PyTorch', () => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', (_, { inputs, options, expected }) => {
    const { data, shape } = imageSet(inputs.images);
    const [height, width, channels] = shape;
    const size = height * width * channels;
    const image = data.subarray(inputs.image * size, (inputs.image + 1) * size);
    const to = [options.height, options.width] as const;
    const resized = imageResizer([height, width], to, channels, `antialiased-${options.mode}`)(image);
    // Intensities are of size 1; where bicubic crosses 0 float32's rounding is what is left.
    expect(differences([...resized], expected, 1e-6)).toEqual([]);
  });
});
