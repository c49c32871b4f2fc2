import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cachedFeatures } from './cached-features.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { pointFeatures } from './identity-features.ts';

const values = Float32Array.from({ length: 6 }, (_, i) => Math.sqrt(i));

describe('cachedFeatures', () => {
  let cacheFolder: string;
  const samples = vi.fn(() => values);
  const features = (extractor: FeatureExtractor = pointFeatures(3), key = 'data/test/0-2', count = 2) =>
    cachedFeatures(extractor, { key, samples, count, cacheFolder });
  const onlyFile = async () => join(cacheFolder, (await readdir(cacheFolder))[0]!);

  beforeEach(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), 'kindred-features-'));
    samples.mockClear();
  });
  afterEach(() => rm(cacheFolder, { recursive: true }));

  it('extracts once, and then reads the same numbers from one file', async () => {
    const first = await features();
    expect(first).toEqual({ data: values, rows: 2, columns: 3 });
    expect(await features()).toEqual(first);
    expect(samples).toHaveBeenCalledTimes(1);
    expect(await readdir(cacheFolder)).toHaveLength(1); // nothing half-written is left
  });

  it('keeps one file for each extractor, key of samples and number of them', async () => {
    const other = { ...pointFeatures(3), key: 'another' };
    await features();
    await features(other);
    await features(pointFeatures(3), 'data/train/0-2');
    await features(pointFeatures(2), 'data/test/0-2', 3);
    expect(samples).toHaveBeenCalledTimes(4);
    expect(await readdir(cacheFolder)).toHaveLength(4);
  });

  it.each<[string, (content: Buffer) => Uint8Array]>([
    ['cut short', (content) => content.subarray(0, content.length - 4)],
    ['empty', () => Buffer.alloc(0)],
    ['changed in one bit', (content) => content.map((byte, i) => (i === content.length - 2 ? byte ^ 1 : byte))],
  ])('makes a file anew that is %s', async (_, damage) => {
    const first = await features();
    const file = await onlyFile();
    const whole = await readFile(file);
    await writeFile(file, damage(whole));
    expect(await features()).toEqual(first);
    expect(samples).toHaveBeenCalledTimes(2);
    expect(await readFile(file)).toEqual(whole);
  });

  it('passes on what the extractor refuses, and caches nothing then', async () => {
    await expect(features(pointFeatures(3), 'key', 5)).rejects.toThrow('make 15 values, got 6');
    expect(await readdir(cacheFolder)).toEqual([]);
  });

  it('looks into XDG_CACHE_HOME unless a folder is named', async () => {
    vi.stubEnv('XDG_CACHE_HOME', cacheFolder);
    await cachedFeatures(pointFeatures(3), { key: 'key', samples, count: 2 });
    vi.unstubAllEnvs();
    expect(await readdir(join(cacheFolder, 'kindred', 'extractors'))).toHaveLength(1);
  });
});
