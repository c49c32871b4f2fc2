import { RandomStream } from '@kindred/random';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition, Located } from '../define-dataset.ts';
import {
  archiveFolder,
  cifarBatches,
  cifarFiles,
  decodeCifar,
  readCifarArchive,
  readCifarFolder,
  record,
} from '../sources/cifar.ts';
import type { RemoteFile } from '../sources/download.ts';
import { downloadFiles, findOrDownload, heldOut, locateFiles, type FileDataset } from '../sources/file-dataset.ts';
import { originOf, type FoundFiles } from '../sources/look-up.ts';
import { splitTwoPools } from '../splits/image-pool.ts';
import type { ImageSpec } from '../types.ts';

const name = 'cifar-10';

/** The authors publish the MD5 c32a1d4ab5d03f1284b67883e8d87530; this is the SHA-256 of the file that has it. */
const archive: RemoteFile = {
  name: 'cifar-10-binary.tar.gz',
  urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
};

const remedy =
  'get it with `pnpm bench data --download cifar-10` (170 MB), or put cifar-10-binary.tar.gz or the six .bin files in it into the sub-folder cifar-10 of the data folder (--data-dir).';

const spec: ImageSpec = { kind: 'image', shape: [32, 32, 3], range: [0, 1], classes: 10 };

/** Examples per held-out example of the training files: 5 000 of 50 000. */
const trainPerValidation = 10;

const unpacked = Object.fromEntries(cifarFiles.map((file) => [file, [file]]));

const files: FileDataset<string> = {
  name,
  layouts: [
    { names: unpacked },
    { names: unpacked, subfolder: archiveFolder },
    { names: { archive: [archive.name, 'cifar-10-binary.tar'] } },
  ],
  remote: [archive],
  remedy,
};

/**
 * Photographs of aeroplanes, automobiles, birds, cats, deer, dogs, frogs, horses, ships and trucks, in the binary version of
 * its authors. A tenth of the training images is held out for validation; the test split is the whole test file.
 *
 * @see Krizhevsky 2009, "Learning multiple layers of features from tiny images"
 */
export const cifar10: DatasetDefinition = {
  name,
  description: descriptionOf('50 000', '10 000'),
  locate: ({ places }) => locateFiles(files, places, countsOf),
  async open(context) {
    const found = await findOrDownload(files, context);
    const packed = found.files['archive'];
    const reading = packed === undefined ? readCifarFolder(found.folder, remedy) : readCifarArchive(packed, remedy);
    const source = packed ?? found.folder;
    const pools = decodeCifar(await reading, source, remedy);
    const [seen, held] = [pools.train, pools.test].map(({ pixels }) => pixels.length / (record - 1)) as [
      number,
      number,
    ];
    const { validation } = heldOut(seen, trainPerValidation, { source, remedy });
    return defineDataset({
      name,
      description: descriptionOf(seen, held),
      origin: originOf(found),
      spec,
      splits: splitTwoPools(pools, spec, validation, new RandomStream(context.seed, 'data', name)),
    });
  },
  download: (context) => downloadFiles(files, context),
};

function descriptionOf(seen: number | string, held: number | string): string {
  return `Photographs of ten kinds of things, 32 x 32 in colour: ${seen} images for training, split class by class from the seed, and ${held} for testing.`;
}

/** What an archive holds is not known without reading all of it. */
async function countsOf({ folder, files, bytes }: FoundFiles<string>): Promise<Located['counts']> {
  if (files['archive'] !== undefined) return null;
  const each = bytes / cifarFiles.length / record;
  if (!Number.isInteger(each)) return null;
  return { ...heldOut(cifarBatches.length * each, trainPerValidation, { source: folder, remedy }), test: each };
}
