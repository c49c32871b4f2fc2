import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { RandomStream } from '@kindred/random';
import { DataError } from '../data-error.ts';
import { defineDataset } from '../define-dataset.ts';
import type { DatasetDefinition, LocateContext } from '../define-dataset.ts';
import type { Places } from '../places.ts';
import { decodeImages, listImages, refuseProblems } from '../sources/image-files.ts';
import { candidateFolders, checkDataFolder, originOf, whereOf, type Candidate } from '../sources/look-up.ts';
import { splitPool } from '../splits/image-pool.ts';
import type { SplitName } from '../types.ts';

const name = 'image-folder';

const description = 'Images of a folder of one’s own, scaled and cropped to squares; sub-folders are classes.';

/** Pixels of a side. */
const defaultSize = 32;
const sizeLimit = 1024;

/** Fewer images than this leave a split empty. */
const fewest = 10;

/**
 * Images of a folder, `image-folder:<folder>[,<size>]`, split 80 : 10 : 10, class by class from the seed.
 *
 * The folder is looked for as all datasets are: `faces` in the data folder, the data folder itself where that is its name, and so on.
 */
export const imageFolder: DatasetDefinition = {
  name,
  description,
  argument:
    'name of the folder, and after a comma the side of the square in pixels (32 unless given): faces or faces,64',
  async locate({ places, argument }) {
    const remedy =
      'name a folder, as in image-folder:faces or image-folder:faces,64, that lies in the data folder (--data-dir), is it, or lies in the cache folder.';
    const missing = { state: 'missing', where: '', bytes: null, counts: null, remedy, passedOver: [] } as const;
    if (argument === null) return missing;
    const { folder } = parseArgument(argument);
    const found = await find(folder, places);
    if (!found) return { ...missing, remedy: notFound(folder, places) };
    const where = whereOf(found);
    try {
      const { bytes, files, problems } = await listImages(found.folder);
      refuseProblems(found.folder, problems);
      refuseFew(found.folder, files.length);
      return { ...missing, state: 'found', where, bytes, counts: sizesOf(files.length), remedy: '' };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return { ...missing, state: 'wrong', where, remedy: error.message };
    }
  },
  async open({ seed, places, argument }) {
    const { folder, size } = parseArgument(argument);
    const found = await find(folder, places);
    if (!found) throw new DataError(`${name}:${argument}: ${notFound(folder, places)}`);
    const listing = await listImages(found.folder);
    const { spec, ...pool } = await decodeImages(found.folder, listing, size);
    const count = listing.files.length;
    refuseFew(found.folder, count);
    const kind = spec.shape[2] === 1 ? 'grey' : 'in colour';
    const classes = spec.classes === 0 ? 'no classes' : `${spec.classes} classes`;
    return defineDataset({
      name: `${name}:${argument}`,
      description: `Images of the folder ${folder}, ${size} x ${size} ${kind}: ${count} in all, ${classes}, split from the seed.`,
      origin: originOf(found),
      spec,
      splits: splitPool(pool, spec, sizesOf(count), new RandomStream(seed, 'data', name)),
    });
  },
};

function parseArgument(argument: string | null): { readonly folder: string; readonly size: number } {
  const [folder, size = String(defaultSize), ...more] = argument?.split(',') ?? [];
  if (folder === undefined) {
    throw new DataError(`${name}: expected the name of a folder, got none; write ${name}:faces or ${name}:faces,64.`);
  }
  if (more.length === 0 && /^[1-9]\d*$/.test(size) && Number(size) <= sizeLimit) return { folder, size: Number(size) };
  throw new DataError(
    `${name}:${argument}: expected a folder and a size in 1 ... ${sizeLimit}, got '${[size, ...more].join(',')}' after the comma; write ${name}:${folder},64.`,
  );
}

/** The first folder of this name. The data folder itself counts where it has the name: any other would be taken for it. */
async function find(folder: string, places: Places): Promise<Candidate | undefined> {
  await checkDataFolder(places);
  for (const candidate of candidateFolders(folder, places)) {
    if (basename(resolve(candidate.folder)) === folder && (await isFolder(candidate.folder))) return candidate;
  }
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function notFound(folder: string, { dataFolder, cacheFolder }: LocateContext['places']): string {
  const looked = dataFolder === undefined ? '' : ` in ${dataFolder} or`;
  return `there is no folder ${folder}${looked} in ${cacheFolder}; give the folder that it lies in as data folder (--data-dir), or put it into ${join(cacheFolder, folder)}.`;
}

/** @throws DataError where there are too few to fill three splits */
function refuseFew(folder: string, count: number): void {
  if (count >= fewest) return;
  throw new DataError(`${folder}: expected at least ${fewest} images, got ${count}; add some.`);
}

function sizesOf(count: number): Readonly<Record<SplitName, number>> {
  const held = Math.round(count / 10);
  return { train: count - 2 * held, validation: held, test: held };
}
