import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Dataset, DataSpec, ImageSpec, Split } from '@kindred/data';
import type { Engine } from '@kindred/engine';
import {
  cachedFeatures,
  openClassifierExtractor,
  openOnnxExtractor,
  pixelFeatures,
  pointFeatures,
  randomFeatures,
  type FeatureExtractor,
  type Features,
  type LabelledImages,
} from '@kindred/metrics';
import { ProblemsError } from '../problems.ts';
import type { FeatureSpaceCard } from '../suite-run.ts';

/** A space that distances and neighbourhoods of a dataset are measured in. */
export interface FeatureSpace {
  readonly extractor: FeatureExtractor;
  readonly card: FeatureSpaceCard;
  /** Features of the first `count` examples of a split, from the cache where they are known. */
  real(split: Split, count: number): Promise<Features>;
  /** Class probabilities of samples; only of a classifier. */
  readonly probabilities?: (samples: Float32Array, count: number) => Promise<Features>;
  dispose(): Promise<void>;
}

export interface FeatureSpaceOptions {
  readonly engine: Engine;
  /** Folder of trained extractors and of features of real data. */
  readonly cacheFolder: string;
  /** Seeds the extractors: the same for all trials. */
  readonly dataSeed: number;
  /** Names of the spaces; the first stands for the dataset. */
  readonly spaces: readonly string[];
}

/** How a space that stands behind an ONNX file is named: with the file after this. */
const onnxPrefix = 'onnx:';

/**
 * The spaces of a dataset where a suite names none. Two wherever that is possible: a ranking in one space alone may be a property
 * of the space.
 */
export function defaultSpaces(spec: DataSpec): readonly string[] {
  if (spec.kind === 'image') return [spec.classes > 1 ? 'classifier' : 'pixels', 'random'];
  return spec.kind === 'points' ? ['points'] : [];
}

/** Why a space cannot be used for such data; null where it can. */
export function spaceProblem(name: string, spec: DataSpec): string | null {
  const forImages = ['classifier', 'random', 'pixels', `${onnxPrefix}<file>`];
  const known = spec.kind === 'image' ? forImages : spec.kind === 'points' ? ['points'] : [];
  const given = name.startsWith(onnxPrefix) ? `${onnxPrefix}<file>` : name;
  if (!known.includes(given)) {
    return `unknown feature space ${name} for ${spec.kind} data; there ${known.length === 1 ? 'is' : 'are'} ${known.join(', ') || 'none'}`;
  }
  return name === 'classifier' && spec.classes < 2
    ? 'feature space classifier needs labelled images of at least 2 classes; use pixels or random'
    : null;
}

/** The file behind a space; null where there is none. */
export function spaceFile(name: string): string | null {
  return name.startsWith(onnxPrefix) ? name.slice(onnxPrefix.length) : null;
}

/**
 * SHA-256 of the files behind the spaces named `onnx:<file>`, the declarations beside them included, by the spaces' names.
 *
 * @throws ProblemsError that names every file that cannot be read
 */
export async function hashFeatureFiles(spaces: readonly string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const problems: string[] = [];
  for (const space of new Set(spaces)) {
    const file = spaceFile(space);
    if (file === null) continue;
    const hash = createHash('sha256');
    for (const path of [file, `${file}.json`]) {
      const content = await readFile(path).catch(() => null);
      if (content) hash.update(content);
      else problems.push(`${space}: ${path} cannot be read; give an ONNX file with its JSON beside it`);
    }
    hashes[space] = hash.digest('hex');
  }
  if (problems.length > 0) throw new ProblemsError('the choice of feature spaces', problems);
  return hashes;
}

/** A dataset, and the spaces that it is to be measured in. */
export interface MeasuredDataset {
  readonly dataset: Pick<Dataset, 'name' | 'spec'>;
  readonly spaces: readonly string[];
}

/**
 * Opens the spaces named `onnx:<file>` and closes them again: what is wrong with a file or its declaration is to be told before a run
 * begins.
 *
 * @throws ProblemsError with every space that cannot be opened for a dataset, or is called as another is
 */
export async function tryFeatureFiles(measured: readonly MeasuredDataset[]): Promise<void> {
  const problems = new Set<string>();
  for (const { dataset, spaces } of measured) {
    const names = new Map<string, string>();
    for (const space of spaces) {
      const file = spaceFile(space);
      if (file === null || dataset.spec.kind !== 'image') continue;
      try {
        const extractor = await openOnnxExtractor(file, dataset.spec.shape);
        await extractor.dispose();
        const { name } = extractor;
        const twin = names.get(name);
        if (twin !== undefined) problems.add(`${twin} and ${space} are both called ${name}; rename one of the files`);
        names.set(name, space);
      } catch (error) {
        problems.add(`${space} on ${dataset.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  if (problems.size > 0) throw new ProblemsError('the choice of feature spaces', [...problems]);
}

/**
 * Opens the spaces in order; those that are open are disposed of where a later one cannot be.
 *
 * @throws Error where a space does not fit the data, cannot be opened, or is called as another is: rows of results name it
 */
export async function openFeatureSpaces(dataset: Dataset, options: FeatureSpaceOptions): Promise<FeatureSpace[]> {
  const opened: FeatureSpace[] = [];
  try {
    for (const name of options.spaces) {
      const space = await openSpace(name, dataset, options);
      const twin = opened.some(({ card }) => card.name === space.card.name);
      opened.push(space);
      if (twin) throw new Error(`two feature spaces are called ${space.card.name}; rename one of the files.`);
    }
    return opened;
  } catch (error) {
    for (const space of opened) await space.dispose();
    throw error;
  }
}

async function openSpace(name: string, dataset: Dataset, options: FeatureSpaceOptions): Promise<FeatureSpace> {
  const { spec } = dataset;
  const problem = spaceProblem(name, spec);
  if (problem) throw new Error(problem);
  if (spec.kind === 'points') return identitySpace(dataset, pointFeatures(spec.shape[0]));
  if (spec.kind !== 'image') throw new Error(`there is no feature space for ${spec.kind} data.`);
  if (name === 'pixels') return identitySpace(dataset, pixelFeatures(spec.shape));
  if (name === 'classifier') return classifierSpace(dataset, spec, options);
  const file = spaceFile(name);
  const extractor =
    file === null
      ? await randomFeatures(options.engine, spec.shape, options.dataSeed)
      : await openOnnxExtractor(file, spec.shape);
  return networkSpace(dataset, extractor, options);
}

/** The examples themselves: nothing to cache. */
function identitySpace(dataset: Dataset, extractor: FeatureExtractor): FeatureSpace {
  return {
    extractor,
    card: cardOf(dataset, extractor, null),
    real: (split, count) => extractor.extract(split.floats(0, count), count),
    dispose: () => extractor.dispose(),
  };
}

/** A network's features: those of real data are kept, in memory for this process and in the cache for the others. */
function networkSpace(
  dataset: Dataset,
  extractor: FeatureExtractor,
  { cacheFolder }: FeatureSpaceOptions,
  testAccuracy: number | null = null,
): FeatureSpace {
  const known = new Map<string, Promise<Features>>();
  return {
    extractor,
    card: cardOf(dataset, extractor, testAccuracy),
    real: (split, count) => {
      const key = `${dataset.hash}/${split.name}/0-${count}`;
      const features =
        known.get(key) ?? cachedFeatures(extractor, { key, samples: () => split.floats(0, count), count, cacheFolder });
      known.set(key, features);
      return features;
    },
    dispose: () => extractor.dispose(),
  };
}

async function classifierSpace(
  dataset: Dataset,
  { shape, classes }: ImageSpec,
  options: FeatureSpaceOptions,
): Promise<FeatureSpace> {
  const { train, test } = dataset.splits;
  const { classifier, accuracy } = await openClassifierExtractor({
    engine: options.engine,
    shape,
    classes,
    seed: options.dataSeed,
    dataHash: dataset.hash,
    training: () => labelled(train),
    // Nothing is selected by it: it is only reported.
    validation: () => labelled(test),
    cacheFolder: options.cacheFolder,
  });
  return {
    ...networkSpace(dataset, classifier, options, accuracy),
    probabilities: (samples, count) => classifier.probabilities(samples, count),
  };
}

/** The first examples of a split with their classes, by default all of them. */
export function labelled(split: Split, count = split.count): LabelledImages {
  const { labels, name } = split;
  if (!labels) throw new Error(`the ${name} split has classes but no labels; a classifier cannot be trained on it.`);
  return { images: split.floats(0, count), labels: labels.subarray(0, count) };
}

function cardOf(
  { name: dataset }: Dataset,
  extractor: FeatureExtractor,
  testAccuracy: number | null,
): FeatureSpaceCard {
  const { name, description, columns } = extractor;
  return { dataset, name, description, columns, testAccuracy };
}
