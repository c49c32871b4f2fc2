import { join } from 'node:path';
import { DataError } from '../data-error.ts';
import type { LocateContext, Located } from '../define-dataset.ts';
import { download, type DownloadContext, type RemoteFile } from './download.ts';
import { lookUpFiles, type FoundFiles, type Layout, type LookUp } from './look-up.ts';

/** A dataset that is read from files of known names. */
export interface FileDataset<Role extends string> {
  readonly name: string;
  /** The forms that it comes in, the preferred one first. */
  readonly layouts: readonly Layout<Role>[];
  /** The files to download where they are nowhere; none where nothing is to be downloaded. */
  readonly remote: readonly RemoteFile[];
  /** How to come by the files; ends messages. */
  readonly remedy: string;
  /** Throws DataError where files are others than their names say, as far as little reading tells; left out where nothing does. */
  readonly check?: (found: FoundFiles<Role>) => Promise<void>;
}

/** Downloads the files into the dataset's folder of the cache. */
export async function downloadFiles(
  { name, remote }: Pick<FileDataset<string>, 'name' | 'remote'>,
  context: LocateContext & DownloadContext,
): Promise<void> {
  for (const file of remote) await download(file, join(context.places.cacheFolder, name), context);
}

/**
 * The files of a dataset, downloaded where they are nowhere and may be.
 *
 * @throws DataError with every way to get them where that comes to nothing, and on files that are another dataset's
 */
export async function findOrDownload<Role extends string>(
  dataset: FileDataset<Role>,
  context: LocateContext & DownloadContext,
): Promise<FoundFiles<Role>> {
  const { name, layouts, remedy, remote } = dataset;
  const { places } = context;
  let lookUp = await lookUpFiles(name, layouts, places);
  if (!lookUp.found && places.download && remote.length > 0) {
    try {
      await downloadFiles(dataset, context);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(`${error.message}\n  Or ${remedy}`, { cause: error });
    }
    lookUp = await lookUpFiles(name, layouts, places);
  }
  if (lookUp.found) {
    await dataset.check?.(lookUp.found);
    return lookUp.found;
  }
  throw new DataError([`${name}: its files are not there`, ways(lookUp, dataset)].join('; '));
}

/** Where the files are, with what `counts` tells of them, or how to get them, or what is wrong with them. */
export async function locateFiles<Role extends string>(
  dataset: FileDataset<Role>,
  places: LocateContext['places'],
  counts: (found: FoundFiles<Role>) => Promise<Located['counts']>,
): Promise<Located> {
  const lookUp = await lookUpFiles(dataset.name, dataset.layouts, places);
  const { found } = lookUp;
  if (!found) return { state: 'missing', where: '', bytes: null, counts: null, remedy: ways(lookUp, dataset) };
  const where = `${found.folder} (${found.place})`;
  const { bytes } = found;
  try {
    await dataset.check?.(found);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { state: 'wrong', where, bytes, counts: null, remedy: error.message };
  }
  return { state: 'found', where, bytes, counts: await counts(found), remedy: '' };
}

function ways({ partial }: Pick<LookUp<string>, 'partial'>, { remedy }: Pick<FileDataset<string>, 'remedy'>): string {
  return [...partial, remedy].join('; ');
}
