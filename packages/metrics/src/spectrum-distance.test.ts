import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import type { Images } from './images.ts';
import { spectrumDistance } from './spectrum-distance.ts';
import { imagesOf, noiseImages } from './testing/random-images.ts';

/** The definition, frequency by frequency, of one image with one channel. */
function slowSpectrum({ data, shape: [height, width] }: Images): number[] {
  const side = Math.min(height, width);
  const rings = Array.from({ length: Math.floor(side / 2) }, () => ({ sum: 0, members: 0 }));
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  for (let u = -Math.ceil(height / 2) + 1; u <= height / 2; u++) {
    for (let v = -Math.ceil(width / 2) + 1; v <= width / 2; v++) {
      const radius = Math.round(Math.sqrt(((u * side) / height) ** 2 + ((v * side) / width) ** 2));
      const ring = rings[radius - 1];
      if (!ring) continue;
      let [re, im] = [0, 0];
      data.forEach((value, i) => {
        const angle = 2 * Math.PI * ((u * Math.floor(i / width)) / height + (v * (i % width)) / width);
        re += (value - mean) * Math.cos(angle);
        im -= (value - mean) * Math.sin(angle);
      });
      ring.sum += (re ** 2 + im ** 2) / data.length;
      ring.members++;
    }
  }
  return rings.map(({ sum, members }) => sum / members);
}

describe('spectrumDistance', () => {
  it.each<[number, number]>([
    [8, 8],
    [7, 7],
    [28, 28],
    [6, 10],
    [12, 7],
    [2, 2],
  ])('has the spectrum of the definition at %i x %i', (height, width) => {
    const image = noiseImages(1, 1, [height, width, 1]);
    const { real, frequencies } = spectrumDistance(image, image);
    const expected = slowSpectrum(image);
    expect([...frequencies]).toEqual(expected.map((_, i) => i + 1));
    expect(real.length).toBe(expected.length);
    real.forEach((power, i) => expect(power / expected[i]!).toBeCloseTo(1, 9));
  });

  it('finds a wave in its ring alone: A^2 H W / 4 at each of two frequencies', () => {
    const wave = imagesOf(3, [16, 16, 1], ({ x, image }) => 0.5 + 0.25 * Math.cos((2 * Math.PI * 3 * x) / 16 + image));
    const { real } = spectrumDistance(wave, wave);
    let members = 0; // of the ring with radius 3
    for (let u = -7; u <= 8; u++) for (let v = -7; v <= 8; v++) if (Math.round(Math.hypot(u, v)) === 3) members++;
    expect(real[2]! / ((2 * 0.25 ** 2 * 256) / 4 / members)).toBeCloseTo(1, 5); // float32 intensities
    for (const [i, power] of real.entries()) if (i !== 2) expect(power).toBeLessThan(1e-10);
  });

  it('is flat on white noise: the variance at every frequency', () => {
    const noise = noiseImages(2, 400, [12, 12, 3]);
    for (const power of spectrumDistance(noise, noise).real) {
      expect(Math.abs(power * 12 - 1)).toBeLessThan(5 / Math.sqrt(1200 * 4)); // 1 200 planes, at least 4 frequencies
    }
  });

  it('is 20 |log10 c| decibels for contrast times c, whichever is the fake one', () => {
    const noise = noiseImages(3, 5, [10, 10, 3]);
    const halved = { ...noise, data: noise.data.map((value) => value / 2) };
    expect(spectrumDistance(noise, halved).distance).toBeCloseTo(20 * Math.log10(2), 10);
    expect(spectrumDistance(halved, noise).distance).toBeCloseTo(20 * Math.log10(2), 10);
    expect(spectrumDistance(noise, noise).distance).toBe(0);
  });

  it('ignores brightness, cyclic moves, mirrors and the order of images', () => {
    const random = new RandomStream(4);
    const values = Float32Array.from({ length: 4 * 64 }, () => random.integer(256) / 256);
    const at = (image: number, y: number, x: number) => values[image * 64 + (y % 8) * 8 + (x % 8)]!;
    const images = imagesOf(4, [8, 8, 1], ({ image, y, x }) => at(image, y, x));
    const other = imagesOf(4, [8, 8, 1], ({ image, y, x }) => 0.25 + at(3 - image, y + 3, 15 - x));
    expect(spectrumDistance(images, other).distance).toBeLessThan(1e-10);
  });

  it('sees blur and noise, each at high frequencies', () => {
    const sharp = noiseImages(5, 50, [16, 16, 1]);
    const blurred = imagesOf(50, [16, 16, 1], ({ image, y, x }) => {
      const pixel = (dx: number) => sharp.data[image * 256 + y * 16 + ((x + dx) % 16)]!;
      return (pixel(0) + pixel(1)) / 2;
    });
    const { distance, real, fake } = spectrumDistance(sharp, blurred);
    expect(distance).toBeGreaterThan(2);
    expect(fake[0]! / real[0]!).toBeGreaterThan(0.8);
    expect(fake[7]! / real[7]!).toBeLessThan(0.8);
  });

  it('takes images without any contrast as the least power, never as a logarithm of 0', () => {
    const flat = imagesOf(2, [4, 4, 1], () => 0.3);
    expect(spectrumDistance(flat, flat)).toMatchObject({ distance: 0, real: new Float64Array(2).fill(1e-12) });
    const wave = imagesOf(1, [4, 4, 1], ({ x }) => x % 2);
    expect(spectrumDistance(wave, flat).distance).toBeGreaterThan(50);
    expect(spectrumDistance(wave, flat).distance).toBeLessThan(130);
  });

  it('refuses what it cannot answer, and says why', () => {
    const images = noiseImages(6, 2, [4, 4, 1]);
    expect(() => spectrumDistance(images, noiseImages(6, 2, [4, 5, 1]))).toThrow('got [4, 4, 1] and [4, 5, 1]');
    const line = noiseImages(6, 2, [1, 4, 1]);
    expect(() => spectrumDistance(line, line)).toThrow('real: images must have at least 2 x 2 pixels');
    const broken = { ...images, data: images.data.map((value, i) => (i === 3 ? Number.NaN : value)) };
    expect(() => spectrumDistance(images, broken)).toThrow('fake: value 3 of image 0 must be a finite number, got NaN');
  });
});
