import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
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

/** What came of looking for files; `partial` says of each folder with some of them which it lacks. */
export interface LookUp<Role extends string> {
  readonly found: FoundFiles<Role> | null;
  readonly partial: readonly string[];
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
  for (const { folder: base, place } of candidateFolders(dataset, places)) {
    for (const layout of layouts) {
      const folder = layout.subfolder === undefined ? base : join(base, layout.subfolder);
      const roles = Object.entries<readonly string[]>(layout.names);
      const files: FoundFile[] = [];
      const lacking: string[] = [];
      for (const [role, names] of roles) {
        const file = await firstFile(folder, names);
        if (file) files.push({ ...file, role });
        else lacking.push(names[0] ?? role);
      }
      if (lacking.length === 0) return { found: { folder, place, ...gathered<Role>(files) }, partial };
      if (files.length > 0) partial.push(`${folder} lacks ${lacking.join(', ')}`);
    }
  }
  return { found: null, partial };
}

interface FoundFile {
  readonly role: string;
  readonly path: string;
  readonly bytes: number;
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

/** One phrase for reports. Where this machine keeps its cache is nobody's business. */
export function originOf({ folder, place }: Candidate): string {
  return place === 'cache folder' ? 'files in the cache folder' : `files in ${folder} (${place})`;
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
