import { join } from 'node:path';
import type { Features } from '../features.ts';
import { readArrays, writeArrays } from './array-file.ts';
import { defaultCacheFolder } from './cache-folder.ts';
import type { FeatureExtractor } from './feature-extractor.ts';
import { keyOf } from './sha256.ts';

/** Which samples, and where their features are kept. */
export interface CachedFeaturesOptions {
  /** What decides the samples: hash of the dataset, split and range, as in `3f2a.../test/0-1000`. */
  readonly key: string;
  /** The samples, [count, ...shape]; asked for only when nothing is cached. */
  samples(): Float32Array;
  readonly count: number;
  /** Where features are kept. Default: `kindred/extractors` in XDG_CACHE_HOME or in ~/.cache. */
  readonly cacheFolder?: string;
}

/**
 * Features of real data, from the cache or extracted and then cached: the same ones are wanted by each trial. The file is named by
 * the SHA-256 of all that decides them: the extractor's key, the samples' key and their number. A damaged file is made anew and
 * replaced. Of no use for pixels and points, which are their own features.
 *
 * @param extractor asked only when nothing is cached; its key must change with whatever changes its features
 * @param options `count` is a positive integer; `samples()` gives [count, ...shape] in the range of the dataset
 * @returns features [count, columns] in the extractor's units, the same to the last bit from the cache
 * @throws RangeError when the samples are not `count` finite examples; Error when the cache cannot be read or written
 */
export async function cachedFeatures(extractor: FeatureExtractor, options: CachedFeaturesOptions): Promise<Features> {
  const { key: samples, count, cacheFolder = defaultCacheFolder() } = options;
  const { columns } = extractor;
  const key = keyOf({ extractor: extractor.key, samples, count, columns });
  const file = join(cacheFolder, `features-${key}.values`);
  const saved = (await readArrays(file, key))?.arrays['features'];
  if (saved?.length === count * columns) return { data: saved, rows: count, columns };
  const features = await extractor.extract(options.samples(), count);
  await writeArrays(file, key, { arrays: { features: features.data }, numbers: {} });
  return features;
}
