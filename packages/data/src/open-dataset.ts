import { DataError } from './data-error.ts';
import { parseDatasetName, percentage, type Amount, type DatasetName } from './dataset-name.ts';
import type { DatasetDefinition, Located } from './define-dataset.ts';
import { checkerboard } from './datasets/checkerboard.ts';
import { cifar10 } from './datasets/cifar-10.ts';
import { fashionMnist } from './datasets/fashion-mnist.ts';
import { grid } from './datasets/grid.ts';
import { imageFolder } from './datasets/image-folder.ts';
import { mnist } from './datasets/mnist.ts';
import { moons } from './datasets/moons.ts';
import { ring } from './datasets/ring.ts';
import { shapes } from './datasets/shapes.ts';
import { spiral } from './datasets/spiral.ts';
import { stackedMnist } from './datasets/stacked-mnist.ts';
import { text } from './datasets/text.ts';
import { defaultPlaces, type Places } from './places.ts';
import type { DownloadContext } from './sources/download.ts';
import { countOf, subsetOf } from './splits/subset.ts';
import type { Dataset } from './types.ts';

/** Every dataset there is. A new one is a file under datasets/ and a place in this list. */
export const datasets: readonly DatasetDefinition[] = [
  mnist,
  fashionMnist,
  cifar10,
  imageFolder,
  stackedMnist,
  shapes,
  ring,
  grid,
  spiral,
  moons,
  checkerboard,
  text,
];

/** The names that `openDataset` takes before a colon or an @, in the order of `datasets`. */
export const datasetNames: readonly string[] = datasets.map(({ name }) => name);

export interface OpenDatasetOptions extends DownloadContext {
  /** A non-negative integer; decides the split, the subset, and the examples too where they are drawn. */
  readonly seed: number;
  /** The share of the train split to keep, in (0, 1]: the same as `@..%` in the name. */
  readonly fraction?: number;
  /** Where files are looked for; `defaultPlaces()` unless given. */
  readonly places?: Places;
}

/**
 * Opens a dataset by name. The same name, seed and files give the same splits, byte for byte, in every process.
 *
 * `@1000` or `@10%` after the name keeps that many train examples, class by class; validation and test stay whole, so that
 * scores compare. For the same seed a smaller subset is part of every larger one.
 *
 * @param name base[`:`argument][`@`amount]: one of `datasetNames`, as in `mnist`, `mnist@1000`, `image-folder:faces@10%`
 * @throws DataError on an unknown or ill-formed name (it lists those that exist), on an amount above the train split, and on files that
 * are missing or wrong; RangeError on a seed that is no non-negative integer or a fraction outside (0, 1], or given beside an amount;
 * the signal's reason where it ends a download
 */
export async function openDataset(name: string, options: OpenDatasetOptions): Promise<Dataset> {
  const { seed, fraction, places = defaultPlaces(), signal, onProgress } = options;
  const { definition, argument, amount } = findDefinition(name);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`openDataset: seed must be a non-negative integer, got ${seed}; pass one such as 0.`);
  }
  if (fraction !== undefined && !(fraction > 0 && fraction <= 1)) {
    throw new RangeError(`openDataset: fraction must be in (0, 1], got ${fraction}; pass one such as 0.1.`);
  }
  if (fraction !== undefined && amount) {
    throw new RangeError(`openDataset: ${name} has an amount and fraction is ${fraction}; give one of the two.`);
  }
  const context = { seed, places, argument, ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const dataset = await definition.open(context);
  const wanted = amount ?? (fraction === undefined ? null : { fraction });
  if (!wanted) return dataset;
  refuseMore(name, wanted, dataset.splits.train.count);
  // The name is the one asked for, so that whoever asked finds it again.
  return {
    ...subsetOf(dataset, wanted, seed),
    name: fraction === undefined ? name : `${name}@${percentage(fraction)}`,
  };
}

/** @throws DataError where an amount exceeds the train examples that there are */
function refuseMore(name: string, amount: Amount, available: number): void {
  if (!('count' in amount) || amount.count <= available) return;
  throw new DataError(
    `${name}: ${amount.count} train examples asked for, expected 1 ... ${available}, which is all there are; lower it.`,
  );
}

/**
 * Where a dataset is and how to get it, without opening it.
 *
 * Files that are wrong are a state, not an error.
 *
 * @throws DataError on an unknown or ill-formed name, on an amount above the train split where its size is known, and where a data folder
 * is given and is no folder
 */
export async function locateDataset(name: string, places: Places = defaultPlaces()): Promise<Located> {
  const { definition, argument, amount } = findDefinition(name);
  const located = await definition.locate({ places, argument });
  const { counts } = located;
  if (!amount || !counts) return located;
  refuseMore(name, amount, counts.train);
  return { ...located, counts: { ...counts, train: countOf(name, amount, counts.train) } };
}

/**
 * Gets a dataset's files into the cache folder, where they are not there already. What was stopped goes on where it was.
 *
 * @throws DataError on an unknown name, on a dataset that there is nothing to download for, and on what went wrong on the way; the signal's
 * reason
 */
export async function downloadDataset(
  name: string,
  options: DownloadContext & { readonly places?: Places } = {},
): Promise<void> {
  const { places = defaultPlaces(), ...download } = options;
  const { definition, argument } = findDefinition(name);
  if (!definition.download) {
    const { state, remedy } = await definition.locate({ places, argument });
    throw new DataError(`${name}: there is nothing to download, it is ${state}${remedy ? `; ${remedy}` : '.'}`);
  }
  await definition.download({ places, argument, ...download });
}

/** The definition that a name begins with, and the rest of the name. */
function findDefinition(name: string): Omit<DatasetName, 'base'> & { readonly definition: DatasetDefinition } {
  const { base, argument, amount } = parseDatasetName(name);
  const definition = datasets.find((candidate) => candidate.name === base);
  if (!definition) {
    throw new DataError(`there is no dataset '${base}'; choose one of ${datasetNames.join(', ')}.`);
  }
  if (argument !== null && definition.argument === undefined) {
    throw new DataError(`${base} takes nothing after a colon, got '${argument}'; write ${base}.`);
  }
  return { definition, argument, amount };
}
