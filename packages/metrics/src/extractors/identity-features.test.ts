import { describe, expect, it } from 'vitest';
import { pixelFeatures, pointFeatures } from './identity-features.ts';

describe('identity features', () => {
  it('are the samples themselves', async () => {
    const samples = Float32Array.from({ length: 24 }, (_, i) => i);
    expect(await pixelFeatures([2, 2, 3]).extract(samples, 2)).toEqual({ data: samples, rows: 2, columns: 12 });
    expect(await pointFeatures(2).extract(samples, 12)).toEqual({ data: samples, rows: 12, columns: 2 });
    expect([pixelFeatures([2, 2, 3]).name, pointFeatures(2).name]).toEqual(['pixels', 'points']);
    expect([pixelFeatures([2, 2, 3]).key, pointFeatures(2).key]).toEqual(['pixels-12', 'points-2']);
  });

  it('refuse what they cannot answer, and say why', async () => {
    await expect(pointFeatures(2).extract(new Float32Array(5), 2)).rejects.toThrow('make 4 values, got 5');
    await expect(pointFeatures(2).extract(new Float32Array(), 0)).rejects.toThrow(
      'points: count must be a positive integer, got 0',
    );
    await expect(pointFeatures(2).extract(Float32Array.of(1, 2, 3, Number.NaN), 2)).rejects.toThrow(
      'value 1 of sample 1',
    );
    await expect(pointFeatures(2).extract(new Float32Array(), 0)).rejects.toThrow(RangeError);
    expect(() => pointFeatures(0)).toThrow('at least one column, got 0');
  });
});
