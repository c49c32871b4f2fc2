import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError, reasonOf } from '../data-error.ts';
import type { Places } from '../places.ts';

/** A folder that may hold a dataset. */
export interface Candidate {
  readonly folder: string;
  readonly place: 'data folder' | 'cache folder' | 'system folder';
}

/** The files that a dataset consists of. */
export interface Layout<Role extends string> {
  /** Of each file the names that it may have. */
  readonly names: Readonly<Record<Role, readonly string[]>>;
  /** Where they lie within the dataset's folder, unless in it. */
  readonly subfolder?: string;
}

/** The files of a dataset, all in one folder. */
export interface FoundFiles<Role extends string> extends Candidate {
  readonly files: Readonly<Record<Role, string>>;
  /** Of all of them. */
  readonly bytes: number;
}

/** What came of looking for files. */
export interface LookUp<Role extends string> {
  readonly found: FoundFiles<Role> | null;
  /** Of each folder with some of them which it lacks; it is passed over. */
  readonly partial: readonly string[];
  /**
   * What is wrong, and what to do, where the data folder has some of them: who names a folder means what is in it, so that nothing else
   * may be taken in its place. Null where all is well, and where nothing was found.
   */
  readonly refused: string | null;
}

/**
 * The folders that a dataset may be in, the first one first: of the data folder the sub-folder of its name, then the folder
 * itself, which may be the dataset's own; then its folder in the cache, then in each system folder.
 */
export function candidateFolders(name: string, { dataFolder, cacheFolder, systemFolders }: Places): Candidate[] {
  const own = dataFolder === undefined ? [] : [join(dataFolder, name), dataFolder];
  return [
    ...own.map((folder): Candidate => ({ folder, place: 'data folder' })),
    { folder: join(cacheFolder, name), place: 'cache folder' },
    ...systemFolders.map((folder): Candidate => ({ folder: join(folder, name), place: 'system folder' })),
  ];
}

/**
 * Looks for all files of a dataset in one folder.
 *
 * @param layouts the forms that the dataset comes in, the preferred one first
 * @throws DataError where the data folder is given and is no folder
 */
export async function lookUpFiles<Role extends string>(
  dataset: string,
  layouts: readonly Layout<Role>[],
  places: Places,
): Promise<LookUp<Role>> {
  await checkDataFolder(places);
  const partial: string[] = [];
  const ownParts: string[] = [];
  for (const { folder: base, place } of candidateFolders(dataset, places)) {
    if (place !== 'data folder' && ownParts.length > 0) break;
    for (const layout of layouts) {
      const folder = layout.subfolder === undefined ? base : join(base, layout.subfolder);
      const { files, lacking } = await lookInto(folder, layout);
      if (lacking.length === 0) return { found: { folder, place, ...gathered<Role>(files) }, partial, refused: null };
      if (files.length === 0) continue;
      partial.push(`${folder} lacks ${lacking.join(', ')}`);
      if (place === 'data folder') ownParts.push(partMessage(dataset, folder, files, lacking));
    }
  }
  return { found: null, partial, refused: ownParts.length === 0 ? null : ownParts.join('\n  ') };
}

function partMessage(dataset: string, folder: string, files: readonly FoundFile[], lacking: readonly string[]): string {
  const there = files.map(({ path }) => basename(path)).join(', ');
  return `${folder}: expected all ${files.length + lacking.length} files of ${dataset}, got ${there} without ${lacking.join(', ')}; put what is missing there, take the rest away, or name a folder with a sub-folder ${dataset} that has them all (--data-dir).`;
}

interface FoundFile {
  readonly role: string;
  readonly path: string;
  readonly bytes: number;
}

/** Which files of a layout are in a folder, and the first names of those that are not. */
async function lookInto(
  folder: string,
  { names }: Layout<string>,
): Promise<{ readonly files: readonly FoundFile[]; readonly lacking: readonly string[] }> {
  const files: FoundFile[] = [];
  const lacking: string[] = [];
  for (const [role, own] of Object.entries(names)) {
    const file = await firstFile(folder, own);
    if (file) files.push({ ...file, role });
    else lacking.push(own[0] ?? role);
  }
  return { files, lacking };
}

/** The first of these names that a file has. A folder is none, nor is a link to nothing. */
async function firstFile(folder: string, names: readonly string[]): Promise<Omit<FoundFile, 'role'> | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return { path, bytes: found.size };
  }
  return undefined;
}

function gathered<Role extends string>(files: readonly FoundFile[]): Pick<FoundFiles<Role>, 'files' | 'bytes'> {
  return {
    files: Object.fromEntries(files.map(({ role, path }) => [role, path])) as Record<Role, string>,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** The folder and what it is, as `pnpm bench data` shows it. */
export function whereOf({ folder, place }: Candidate): string {
  return `${folder} (${place})`;
}

/** One phrase for reports. Where this machine keeps its cache is nobody's business. */
export function originOf({ folder, place }: Candidate): string {
  return place === 'cache folder' ? 'files in the cache folder' : `files in ${whereOf({ folder, place })}`;
}

/** @throws DataError where a data folder is given and is no folder to read: what one asks for by name should be there */
export async function checkDataFolder({ dataFolder }: Places): Promise<void> {
  if (dataFolder === undefined) return;
  try {
    await readdir(dataFolder);
  } catch (cause) {
    throw new DataError(
      `data folder ${dataFolder}: expected a folder to read, got ${reasonOf(cause)}; create it, or name another one.`,
      { cause },
    );
  }
}
