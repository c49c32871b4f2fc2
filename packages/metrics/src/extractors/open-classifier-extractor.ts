import { join } from 'node:path';
import type { Engine } from '@kindred/engine';
import { readArrays, writeArrays } from './array-file.ts';
import { defaultCacheFolder } from './cache-folder.ts';
import { classifierFrom, type Classifier } from './classifier.ts';
import { defaultRecipe, type ClassifierRecipe } from './classifier-recipe.ts';
import { checkExamples, type ClassifierTask, type LabelledImages } from './classifier-task.ts';
import { computedBy } from './network-key.ts';
import { keyOf } from './sha256.ts';
import { initialNetwork, trainNetwork } from './train-classifier.ts';

/** Which classifier: what it is trained on, how, and where it is kept. */
export interface ClassifierExtractorOptions extends ClassifierTask {
  readonly engine: Engine;
  /** Draws the initial weights and the order of the examples. */
  readonly seed: number;
  /** Hash of the dataset, all splits: another dataset gets another classifier. */
  readonly dataHash: string;
  /** The examples to train on; asked for only when nothing is cached. */
  training(): LabelledImages;
  /** Held-out examples for the reported accuracy; asked for only when nothing is cached. */
  validation(): LabelledImages;
  /** What to change of the default recipe. */
  readonly recipe?: Partial<ClassifierRecipe>;
  /** Where trained classifiers are kept. Default: `kindred/extractors` in XDG_CACHE_HOME or in ~/.cache. */
  readonly cacheFolder?: string;
}

/** A classifier, how good it is, and where it comes from. */
export interface OpenedClassifier {
  readonly classifier: Classifier;
  /** Accuracy on the held-out examples, measured when it was trained, 0 ... 1. */
  readonly accuracy: number;
  /** Whether the weights were read from the cache or trained by this call. */
  readonly origin: 'cache' | 'trained';
  /** The cache file. */
  readonly file: string;
}

/**
 * The classifier of a dataset and a seed, from the cache or trained and then cached. The file is named by the SHA-256 of all that
 * decides the weights: data hash, task, recipe, seed, the code itself and what runs it. A damaged file is trained anew and replaced.
 *
 * @param options `training()` and `validation()` give images [labels, height, width, channels] with values in 0 ... 1, at least one
 * @returns a classifier of `recipe.features` columns, ReLU outputs of 0 or more, that holds memory of the engine until it is disposed of
 * @throws RangeError when examples, task or recipe are malformed; Error when training diverges or the cache cannot be read or written
 * @see Heusel et al. 2017, arXiv:1706.08500, for distances in a classifier's features
 */
export async function openClassifierExtractor(options: ClassifierExtractorOptions): Promise<OpenedClassifier> {
  const { engine, shape, classes, seed } = options;
  const key = await cacheKey(options);
  const file = join(options.cacheFolder ?? defaultCacheFolder(), `classifier-${key}.weights`);
  const saved = await readArrays(file, key);
  if (saved?.numbers['accuracy'] !== undefined) {
    const { accuracy } = saved.numbers;
    const network = initialNetwork({ shape, classes }, seed, options.recipe);
    for (const [name, variable] of Object.entries(network.parameters.all)) {
      engine.write(variable, saved.arrays[name] ?? new Float32Array());
    }
    return { classifier: await classifierFrom(engine, network), accuracy, origin: 'cache', file };
  }
  const validation = options.validation();
  checkExamples('validation', validation, options); // before the time is spent
  const network = await trainNetwork({ ...options, ...options.training() });
  const classifier = await classifierFrom(engine, network);
  const accuracy = await classifier.accuracy(validation);
  const weights = Object.entries(network.parameters.all).map(([name, variable]) => [
    name,
    engine.read(variable) as Float32Array,
  ]);
  await writeArrays(file, key, { arrays: Object.fromEntries(weights), numbers: { accuracy } });
  return { classifier, accuracy, origin: 'trained', file };
}

async function cacheKey(options: ClassifierExtractorOptions): Promise<string> {
  const { engine, shape, classes, seed, dataHash, recipe } = options;
  return keyOf({
    ...(await computedBy(engine)),
    dataHash,
    shape,
    classes,
    seed,
    recipe: { ...defaultRecipe, ...recipe },
  });
}
