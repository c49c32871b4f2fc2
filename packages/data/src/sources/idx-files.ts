import { RandomStream } from '@kindred/random';
import { DataError } from '../data-error.ts';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition, Located, OpenContext } from '../define-dataset.ts';
import { splitTwoPools } from '../splits/image-pool.ts';
import type { Dataset, ImageSpec } from '../types.ts';
import { downloadFiles, findOrDownload, locateFiles, type FileDataset } from './file-dataset.ts';
import { countIdx, hashIdx, readIdxPair } from './idx.ts';
import { lookUpFiles, originOf, type FoundFiles, type Layout } from './look-up.ts';

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

/** Labels of the datasets that come in files of these names: SHA-256 of the training and the test file, decompressed. */
const knownLabels: Readonly<Record<string, readonly [train: string, test: string]>> = {
  mnist: [
    '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  ],
  'fashion-mnist': [
    'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  ],
};

/** Examples per held-out example of the training file: 5 000 of 60 000. */
const trainPerValidation = 12;

export interface IdxDataset extends Omit<FileDataset<Role>, 'layouts' | 'check'> {
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
 */
export function idxDataset(options: IdxDataset): DatasetDefinition {
  const { name, description, embedded, remote } = options;
  const files: FileDataset<Role> = {
    ...options,
    layouts,
    check: (found) => refuseOthers(options, found),
  };
  return {
    name,
    description,
    async locate({ places }) {
      const located = await locateFiles(files, places, countsOf);
      return embedded && located.state === 'missing' ? { ...embedded.located, remedy: located.remedy } : located;
    },
    async open(context) {
      if (embedded && !(await lookUpFiles(name, layouts, context.places)).found) return embedded.open(context);
      return openFiles(options, await findOrDownload(files, context), context);
    },
    ...(remote.length > 0 && { download: (context) => downloadFiles(files, context) }),
  };
}

async function countsOf({ files }: FoundFiles<Role>): Promise<Located['counts']> {
  const [seen, held] = [await countIdx(files.trainImages), await countIdx(files.testImages)];
  return seen === null || held === null ? null : { ...sizesOf(seen), test: held };
}

/** Of the training file. */
function sizesOf(seen: number): { readonly train: number; readonly validation: number } {
  const validation = Math.floor(seen / trainPerValidation);
  return { train: seen - validation, validation };
}

async function openFiles(
  { name, subject, spec, remedy }: IdxDataset,
  found: FoundFiles<Role>,
  { seed }: OpenContext,
): Promise<Dataset> {
  const { trainImages, trainLabels, testImages, testLabels } = found.files;
  const [height, width] = spec.shape;
  const expected = { shape: [height, width], classes: spec.classes, remedy } as const;
  const train = await readIdxPair({ images: trainImages, labels: trainLabels }, expected);
  const test = await readIdxPair({ images: testImages, labels: testLabels }, expected);
  const [seen, held] = [train.labels.length, test.labels.length];
  const { validation } = sizesOf(seen);
  if (validation === 0) {
    throw new DataError(`${trainImages}: expected at least ${trainPerValidation} images, got ${seen}; ${remedy}`);
  }
  return defineDataset({
    name,
    description: `${subject}, ${height} x ${width} grey: the ${seen} images of the training file, split class by class from the seed, and the ${held} of the test file.`,
    origin: originOf(found),
    spec,
    splits: splitTwoPools({ train, test }, spec, validation, new RandomStream(seed, 'data', name, 'files')),
  });
}

/** Files of these names may be another dataset's: a folder of MNIST named for all datasets must not pass for Fashion-MNIST. */
async function refuseOthers(
  { name, remedy }: Pick<IdxDataset, 'name' | 'remedy'>,
  { files }: FoundFiles<Role>,
): Promise<void> {
  for (const file of [files.trainLabels, files.testLabels]) {
    const hash = await hashIdx(file, remedy);
    const other = Object.keys(knownLabels).find((known) => known !== name && knownLabels[known]?.includes(hash));
    if (other === undefined) continue;
    throw new DataError(
      `${file}: expected labels of ${name}, got those of ${other}; name the folder of ${name}, or one with a sub-folder ${name}.`,
    );
  }
}
