import { createHash } from 'node:crypto';
import type { Dataset, Split } from '../types.ts';
import { chosenSplit } from './chosen-split.ts';

/**
 * The dataset with one class held out: train and validation split are without its examples, the test split stays whole. What is trained
 * and tuned on it has never seen the class, which the test split shows as an anomaly. Classes keep their numbers, and the dataset its name; the modes,
 * the density, the probability and the entropy rate of the whole are not known of what is left.
 *
 * Examples are read through a list of places, four bytes each; nothing is copied.
 *
 * @param label of the class, in 0 ... classes - 1
 * @throws RangeError where there is no such class, splits have no labels, or no example of another class is left to train on
 */
export function withoutClass(dataset: Dataset, label: number): Dataset {
  const { name, spec, splits } = dataset;
  const { classes } = spec;
  if (!Number.isInteger(label) || label < 0 || label >= classes) {
    const way = classes === 0 ? 'choose a dataset with classes' : `pass one of 0 ... ${classes - 1}`;
    throw new RangeError(
      `withoutClass: ${name} has ${classes === 0 ? 'no' : classes} classes, got class ${label} to hold out; ${way}.`,
    );
  }
  const train = othersOf(splits.train, label);
  if (train.count === 0) {
    throw new RangeError(`withoutClass: all train examples of ${name} are of class ${label}; hold out another one.`);
  }
  const hash = createHash('sha256').update(JSON.stringify({ whole: dataset.hash, without: label }));
  return {
    ...dataset,
    splits: { ...splits, train, validation: othersOf(splits.validation, label) },
    modes: null,
    logDensity: null,
    logProbability: null,
    entropyRate: null,
    hash: hash.digest('hex'),
  };
}

/** The examples of all other classes, in their order. */
function othersOf(split: Split, label: number): Split {
  const { name, labels } = split;
  if (!labels)
    throw new RangeError(
      `withoutClass: the ${name} split has no labels, expected some to hold a class out by; choose a dataset with classes.`,
    );
  return chosenSplit(split, Int32Array.from([...labels.keys()].filter((place) => labels[place] !== label)));
}
