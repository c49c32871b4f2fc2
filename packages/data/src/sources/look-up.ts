import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../data-error.ts';
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
  readonly layout: Layout<Role>;
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
      const there = (await namesIn(folder)) ?? [];
      const roles = Object.entries<readonly string[]>(layout.names);
      const files = roles.map(([role, names]) => [role, names.find((name) => there.includes(name))] as const);
      const lacking = roles.filter((_, i) => files[i]?.[1] === undefined).map(([role, names]) => names[0] ?? role);
      if (lacking.length === 0) return { found: await foundFiles({ folder, place }, layout, files), partial };
      if (lacking.length < roles.length) partial.push(`${folder} lacks ${lacking.join(', ')}`);
    }
  }
  return { found: null, partial };
}

async function foundFiles<Role extends string>(
  candidate: Candidate,
  layout: Layout<Role>,
  found: readonly (readonly [string, string | undefined])[],
): Promise<FoundFiles<Role>> {
  const paths = found.map(([role, file = '']) => [role, join(candidate.folder, file)] as const);
  const sizes = await Promise.all(paths.map(async ([, path]) => (await stat(path)).size));
  return {
    ...candidate,
    layout,
    files: Object.fromEntries(paths) as Record<Role, string>,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** One phrase for reports. Where this machine keeps its cache is nobody's business. */
export function originOf({ folder, place }: Candidate): string {
  return place === 'cache folder' ? 'files in the cache folder' : `files in ${folder} (${place})`;
}

/** @throws DataError where a data folder is given and is no folder: what one asks for by name should be there */
export async function checkDataFolder({ dataFolder }: Places): Promise<void> {
  if (dataFolder === undefined || (await namesIn(dataFolder))) return;
  throw new DataError(
    `data folder ${dataFolder}: expected a folder, got nothing of that name or a file; create it, or name another one.`,
  );
}

/** Names in a folder; undefined where there is no such folder. */
export async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return undefined;
    }
    throw error;
  }
}
