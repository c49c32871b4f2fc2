import { join } from 'node:path';
import { RandomStream } from '@kindred/random';
import { DataError, throwWithRemedy } from '../data-error.ts';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition, DownloadContext, LocateContext, Located } from '../define-dataset.ts';
import { archiveFolder, cifarFiles, decodeCifar, readCifarArchive, readCifarFolder, record } from '../sources/cifar.ts';
import { download, type RemoteFile } from '../sources/download.ts';
import { lookUpFiles, originOf, type Layout } from '../sources/look-up.ts';
import { splitTwoPools } from '../splits/image-pool.ts';
import type { ImageSpec } from '../types.ts';

const name = 'cifar-10';

const description =
  'Photographs of ten kinds of things, 32 x 32 in colour: 50 000 images for training, split class by class from the seed, and 10 000 for testing.';

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
const packed = { archive: [archive.name, 'cifar-10-binary.tar'] };
const layouts: readonly Layout<string>[] = [
  { names: unpacked },
  { names: unpacked, subfolder: archiveFolder },
  { names: packed },
];

/**
 * Photographs of aeroplanes, automobiles, birds, cats, deer, dogs, frogs, horses, ships and trucks, in the binary version of its authors. A tenth
 * of the training images is held out for validation; the test split is the whole test file.
 *
 * @see Krizhevsky 2009, "Learning multiple layers of features from tiny images"
 */
export const cifar10: DatasetDefinition = {
  name,
  description,
  async locate({ places }): Promise<Located> {
    const { found, partial } = await lookUpFiles(name, layouts, places);
    if (!found)
      return { state: 'missing', where: '', bytes: null, counts: null, remedy: [...partial, remedy].join('; ') };
    const { folder, files, place, bytes } = found;
    // What an archive holds is not known without reading all of it.
    const each = files['archive'] === undefined ? bytes / cifarFiles.length / record : null;
    const counts = each === null ? null : { ...sizesOf(5 * each), test: each };
    return { state: 'found', where: `${files['archive'] ?? folder} (${place})`, bytes, counts, remedy: '' };
  },
  async open(context) {
    const { seed, places } = context;
    let { found, partial } = await lookUpFiles(name, layouts, places);
    if (!found && places.download) {
      await downloadArchive(context).catch((error: unknown) => throwWithRemedy(error, remedy));
      ({ found, partial } = await lookUpFiles(name, layouts, places));
    }
    if (!found) throw new DataError([`${name}: its files are not there`, ...partial, remedy].join('; '));
    const packed = found.files['archive'];
    const contents = await (packed === undefined
      ? readCifarFolder(found.folder, remedy)
      : readCifarArchive(packed, remedy));
    const pools = decodeCifar(contents, packed ?? found.folder, remedy);
    const { validation } = sizesOf(pools.train.pixels.length / (record - 1));
    const splits = splitTwoPools(pools, spec, validation, new RandomStream(seed, 'data', name));
    return defineDataset({ name, description, origin: originOf(found), spec, splits });
  },
  download: downloadArchive,
};

async function downloadArchive(context: LocateContext & DownloadContext): Promise<void> {
  await download(archive, join(context.places.cacheFolder, name), context);
}

function sizesOf(seen: number): { readonly train: number; readonly validation: number } {
  const validation = Math.floor(seen / trainPerValidation);
  return { train: seen - validation, validation };
}
