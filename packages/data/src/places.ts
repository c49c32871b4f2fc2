import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where the files of datasets are looked for, in this order, and whether they may be downloaded. */
export interface Places {
  /** The user's own: a dataset's folder, or a folder with one sub-folder per dataset. */
  readonly dataFolder?: string;
  /** One sub-folder per dataset; downloads go there. */
  readonly cacheFolder: string;
  /** Where packages of the system put datasets, one sub-folder each. */
  readonly systemFolders: readonly string[];
  /** Whether a dataset that is in none of them may be downloaded into the cache folder. */
  readonly download: boolean;
}

/**
 * The places of this machine and user: the cache folder after the XDG base directory specification, Debian's folder of
 * datasets, downloads allowed.
 *
 * @param overrides take the place of what they name
 */
export function defaultPlaces(overrides: Partial<Places> = {}): Places {
  return {
    cacheFolder: join(cacheHome(process.env['XDG_CACHE_HOME']), 'kindred', 'datasets'),
    systemFolders: ['/usr/share/datasets'],
    download: true,
    ...overrides,
  };
}

/** The specification has relative paths ignored. */
function cacheHome(fromEnvironment: string | undefined): string {
  return fromEnvironment && isAbsolute(fromEnvironment) ? fromEnvironment : join(homedir(), '.cache');
}
