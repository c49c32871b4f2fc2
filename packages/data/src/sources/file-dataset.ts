import { join } from 'node:path';
import { DataError } from '../data-error.ts';
import type { LocateContext, Located } from '../define-dataset.ts';
import type { SplitName } from '../types.ts';
import { download, type DownloadContext, type RemoteFile } from './download.ts';
import { lookUpFiles, whereOf, type FoundFiles, type Layout, type LookUp } from './look-up.ts';

/** A dataset that is read from files of known names. */
export interface FileDataset<Role extends string> {
  readonly name: string;
  /** The forms that it comes in, the preferred one first. */
  readonly layouts: readonly Layout<Role>[];
  /** The files to download where they are nowhere; none where nothing is to be downloaded. */
  readonly remote: readonly RemoteFile[];
  /** How to come by the files; ends messages. */
  readonly remedy: string;
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
 * @throws DataError with every way to get them where that comes to nothing, and where the data folder has a part of them
 */
export async function findOrDownload<Role extends string>(
  dataset: FileDataset<Role>,
  context: LocateContext & DownloadContext,
): Promise<FoundFiles<Role>> {
  const { name, layouts, remedy, remote } = dataset;
  const { places } = context;
  let lookUp = await lookUpFiles(name, layouts, places);
  if (lookUp.refused !== null) throw new DataError(lookUp.refused);
  if (!lookUp.found && places.download && remote.length > 0) {
    try {
      await downloadFiles(dataset, context);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(`${error.message}\n  Or ${remedy}`, { cause: error });
    }
    lookUp = await lookUpFiles(name, layouts, places);
  }
  if (lookUp.found) return lookUp.found;
  throw new DataError([`${name}: its files are not there`, ways(lookUp, dataset)].join('; '));
}

/**
 * Where the files are, with what `lookInto` tells of them, or how to get them, or what is wrong with them.
 *
 * @param lookInto the splits' sizes as far as little reading tells; throws DataError where it tells that files are not what their names say
 * @throws DataError where a data folder is given and is no folder
 */
export async function locateFiles<Role extends string>(
  dataset: FileDataset<Role>,
  places: LocateContext['places'],
  lookInto: (found: FoundFiles<Role>) => Promise<Located['counts']>,
): Promise<Located> {
  const lookUp = await lookUpFiles(dataset.name, dataset.layouts, places);
  const { found, partial: passedOver, refused } = lookUp;
  const unknown = { bytes: null, counts: null, passedOver } as const;
  if (refused !== null) return { ...unknown, state: 'wrong', where: 'data folder', remedy: refused };
  if (!found) return { ...unknown, state: 'missing', where: '', remedy: ways(lookUp, dataset) };
  const where = whereOf(found);
  const { bytes } = found;
  try {
    const remedy = passedOver.length === 0 ? '' : `${passedOver.join('; ')}; passed over.`;
    return { state: 'found', where, bytes, counts: await lookInto(found), remedy, passedOver };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return { ...unknown, state: 'wrong', where, bytes, remedy: error.message };
  }
}

function ways({ partial }: Pick<LookUp<string>, 'partial'>, { remedy }: Pick<FileDataset<string>, 'remedy'>): string {
  return [...partial, remedy].join('; ');
}

/**
 * How many examples of a training file are trained on and how many are held out for validation.
 *
 * @param seen examples of the training file
 * @param perHeld of so many one is held out
 * @throws DataError where there are too few to hold one out; `source` names the file, `remedy` ends the message
 */
export function heldOut(
  seen: number,
  perHeld: number,
  { source, remedy }: { readonly source: string; readonly remedy: string },
): Readonly<Record<Exclude<SplitName, 'test'>, number>> {
  const validation = Math.floor(seen / perHeld);
  if (validation > 0) return { train: seen - validation, validation };
  throw new DataError(
    `${source}: expected at least ${perHeld} images, got ${seen}, to hold one of them out for validation; ${remedy}`,
  );
}
