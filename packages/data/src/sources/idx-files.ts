import { RandomStream } from '@kindred/random';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition, Located, OpenContext } from '../define-dataset.ts';
import { splitTwoPools } from '../splits/image-pool.ts';
import type { Dataset, ImageSpec } from '../types.ts';
import { downloadFiles, findOrDownload, heldOut, locateFiles, type FileDataset } from './file-dataset.ts';
import { countIdx, readIdx, readIdxPair, type IdxExpectation } from './idx.ts';
import { lookUpFiles, originOf, type FoundFiles, type Layout } from './look-up.ts';
import { checkPublished, type IdxPart } from './published-idx.ts';

type Role = 'trainImages' | 'trainLabels' | 'testImages' | 'testLabels';

/** Each plain or compressed, under the name it was published as or the one that some archives have. */
const layouts: readonly Layout<Role>[] = [
  {
    names: {
      trainImages: namesOf('train-images', 'idx3'),
      trainLabels: namesOf('train-labels', 'idx1'),
      testImages: namesOf('t10k-images', 'idx3'),
      testLabels: namesOf('t10k-labels', 'idx1'),
    },
  },
];

function namesOf(stem: string, rank: string): string[] {
  const [published, other] = [`${stem}-${rank}-ubyte`, `${stem}.${rank}-ubyte`];
  return [`${published}.gz`, published, `${other}.gz`, other];
}

/** Examples per held-out example of the training file: 5 000 of 60 000. */
const trainPerValidation = 12;

export interface IdxDataset extends Omit<FileDataset<Role>, 'layouts'> {
  /** What the images show, as in `Handwritten digits`. */
  readonly subject: string;
  readonly description: string;
  readonly spec: ImageSpec;
  /** What there is without files; left out where there is nothing. */
  readonly embedded?: Pick<DatasetDefinition, 'open'> & { readonly located: Located };
}

/**
 * A dataset in the four files that MNIST was published in: images and labels, for training and for testing. A twelfth of the
 * training file is held out for validation, class by class from the seed; the test split is the whole test file.
 *
 * Files of as many examples as were published must be the published ones, by their SHA-256. Opening checks all four; locating, which
 * reads little, checks labels alone.
 */
export function idxDataset(options: IdxDataset): DatasetDefinition {
  const { name, description, embedded, remote } = options;
  const files: FileDataset<Role> = { ...options, layouts };
  return {
    name,
    description,
    async locate({ places }) {
      const located = await locateFiles(files, places, (found) => lookInto(options, found));
      const { remedy, passedOver } = located;
      return embedded && located.state === 'missing' ? { ...embedded.located, remedy, passedOver } : located;
    },
    async open(context) {
      if (embedded) {
        const { found, refused } = await lookUpFiles(name, layouts, context.places);
        if (!found && refused === null) return embedded.open(context);
      }
      return openFiles(options, await findOrDownload(files, context), context);
    },
    ...(remote.length > 0 && { download: (context) => downloadFiles(files, context) }),
  };
}

/** What the headers say of the splits' sizes, once the labels are known to be this dataset's. */
async function lookInto(
  { name, remedy }: Pick<IdxDataset, 'name' | 'remedy'>,
  { files }: FoundFiles<Role>,
): Promise<Located['counts']> {
  const { trainImages, trainLabels, testImages, testLabels } = files;
  checkPublished(name, 'train', await readIdx(trainLabels, 'labels', remedy), remedy);
  checkPublished(name, 'test', await readIdx(testLabels, 'labels', remedy), remedy);
  const [seen, held] = [await countIdx(trainImages, remedy), await countIdx(testImages, remedy)];
  if (seen === null || held === null) return null;
  return { ...heldOut(seen, trainPerValidation, { source: trainImages, remedy }), test: held };
}

async function openFiles(
  { name, subject, spec, remedy }: IdxDataset,
  found: FoundFiles<Role>,
  { seed }: OpenContext,
): Promise<Dataset> {
  const { trainImages, trainLabels, testImages, testLabels } = found.files;
  const [height, width] = spec.shape;
  const expected = (part: IdxPart): IdxExpectation => ({
    shape: [height, width],
    classes: spec.classes,
    remedy,
    verify: (file) => checkPublished(name, part, file, remedy),
  });
  const train = await readIdxPair({ images: trainImages, labels: trainLabels }, expected('train'));
  const test = await readIdxPair({ images: testImages, labels: testLabels }, expected('test'));
  const [seen, held] = [train.labels.length, test.labels.length];
  const { validation } = heldOut(seen, trainPerValidation, { source: trainImages, remedy });
  return defineDataset({
    name,
    description: `${subject}, ${height} x ${width} grey: the ${seen} images of the training file, split class by class from the seed, and the ${held} of the test file.`,
    origin: originOf(found),
    spec,
    splits: splitTwoPools({ train, test }, spec, validation, new RandomStream(seed, 'data', name, 'files')),
  });
}
