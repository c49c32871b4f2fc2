import type { DatasetDefinition } from './define-dataset.ts';
import { checkerboard } from './datasets/checkerboard.ts';
import { grid } from './datasets/grid.ts';
import { mnist } from './datasets/mnist.ts';
import { moons } from './datasets/moons.ts';
import { ring } from './datasets/ring.ts';
import { shapes } from './datasets/shapes.ts';
import { spiral } from './datasets/spiral.ts';
import { stackedMnist } from './datasets/stacked-mnist.ts';
import { text } from './datasets/text.ts';
import type { Dataset } from './types.ts';

/** Every dataset there is. A new one is a file under datasets/ and a place in this list. */
export const datasets: readonly DatasetDefinition[] = [
  mnist,
  stackedMnist,
  shapes,
  ring,
  grid,
  spiral,
  moons,
  checkerboard,
  text,
];

/** The names that `openDataset` takes, in the order of `datasets`. */
export const datasetNames: readonly string[] = datasets.map(({ name }) => name);

/**
 * Opens a dataset by name. The same name and seed give the same splits, byte for byte, in every process.
 *
 * @param name one of `datasetNames`
 * @param options.seed a non-negative integer; decides the split, and the examples too where they are drawn
 * @throws RangeError on an unknown name (it lists those that exist) or a seed that is no non-negative integer
 */
export async function openDataset(name: string, { seed }: { readonly seed: number }): Promise<Dataset> {
  const definition = datasets.find((candidate) => candidate.name === name);
  if (!definition) {
    throw new RangeError(`openDataset: there is no dataset '${name}'; choose one of ${datasetNames.join(', ')}.`);
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`openDataset: seed must be a non-negative integer, got ${seed}; pass one such as 0.`);
  }
  return definition.open({ seed });
}
