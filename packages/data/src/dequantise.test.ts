import { RandomStream } from '@kindred/random';
import { describe, expect, it } from 'vitest';
import { dequantise } from './dequantise.ts';

const stream = () => new RandomStream(0, 'dequantise test');
const bytes = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

describe('dequantise', () => {
  it('gives back every byte: floor(256 x), with x below 1', () => {
    const used = stream();
    for (let round = 0; round < 200; round++) {
      const values = dequantise(bytes, used);
      expect(values.every((value, byte) => value < 1 && Math.floor(256 * value) === byte)).toBe(true);
    }
  });

  it('stays below 1 and keeps the byte at the ends of the noise', () => {
    const ends = (u: number) => ({ uniform: () => u }) as RandomStream;
    expect([...dequantise(bytes, ends(0))]).toEqual(Array.from({ length: 256 }, (_, byte) => byte / 256));
    const above = dequantise(bytes, ends(1 - 2 ** -24));
    expect(above.every((value, byte) => value === (byte + 1 - 2 ** -16) / 256)).toBe(true);
  });

  it('adds noise that is uniform: its mean is 1/2, its variance 1/12', () => {
    const count = 100_000;
    const noise = dequantise(new Float32Array(count).fill(100 / 255), stream()).map((value) => 256 * value - 100);
    const mean = noise.reduce((sum, u) => sum + u, 0) / count;
    const variance = noise.reduce((sum, u) => sum + (u - 0.5) ** 2, 0) / count;
    // Five standard errors; the variance of (u - 1/2)^2 is 1/180.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 / Math.sqrt(180 * count));
  });

  it('gives the same for the same stream, and works in place', () => {
    const images = bytes.slice();
    const first = dequantise(images, stream());
    expect(dequantise(images, stream())).toEqual(first);
    expect(dequantise(images, stream(), images)).toBe(images);
    expect(images).toEqual(first);
  });

  it('refuses what is no byte / 255, and a target of another length', () => {
    for (const value of [-1 / 255, 256 / 255, 0.5, Number.NaN, Infinity]) {
      expect(() => dequantise(Float32Array.of(0, value), stream())).toThrow(/at place 1 is no byte divided by 255/);
    }
    expect(() => dequantise(bytes, stream(), new Float32Array(3))).toThrow('holds 3 floats, expected 256');
  });
});
