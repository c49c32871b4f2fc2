import { createHash } from 'node:crypto';
import { splitNames } from './types.ts';
import type { Dataset, LogDensity, LogProbability, Modes, Split, SplitName } from './types.ts';
import type { Places } from './places.ts';
import type { DownloadContext } from './sources/download.ts';

/** What a dataset is looked for by. */
export interface LocateContext {
  /** Where files are looked for. */
  readonly places: Places;
  /** What stands after the colon of the name; null where there is none. */
  readonly argument: string | null;
}

export interface OpenContext extends LocateContext, DownloadContext {
  /** Decides the split, and the examples too where they are drawn rather than read. */
  readonly seed: number;
}

/** What `pnpm bench data` shows of a dataset, without opening it. */
export interface Located {
  /** Read from files that are there, part of an installed package, drawn from the seed, not there, or there but refused. */
  readonly state: 'found' | 'embedded' | 'made' | 'missing' | 'wrong';
  /** The folder or the package; empty where it is missing. */
  readonly where: string;
  /** Of the files; null where there are none or it is not known. */
  readonly bytes: number | null;
  /** Examples per split; null where it is not known without opening it. */
  readonly counts: Readonly<Record<SplitName, number>> | null;
  /** How to get it, or more of it, what is wrong with it, or what was passed over; empty where there is nothing to say. */
  readonly remedy: string;
  /** Of each folder with a part of its files, which are no find, what it lacks. */
  readonly passedOver: readonly string[];
}

/** An entry of the list of datasets: what `openDataset` looks up. */
export interface DatasetDefinition {
  /** As in tables and on the command line: `mnist`. */
  readonly name: string;
  /** One sentence for reports: what it is and where it comes from. */
  readonly description: string;
  /** What stands after a colon in its name, in words; left out where it takes no such argument. */
  readonly argument?: string;
  /** Reads or draws it. Throws DataError on files that are missing or wrong, and the signal's reason. */
  open(context: OpenContext): Promise<Dataset>;
  /** Says where it is, reading little. Throws DataError on an argument that is none, and where the data folder is no folder. */
  locate(context: LocateContext): Promise<Located>;
  /** Gets its files into the cache folder; left out where there is nothing to get. Throws DataError, and the signal’s reason. */
  download?(context: LocateContext & DownloadContext): Promise<void>;
}

/** The origin of examples that are drawn rather than read. */
export const drawnFromSeed = 'drawn from the seed';

/** A dataset that is always there, for it is drawn. */
export function locatedAsMade(counts: Readonly<Record<SplitName, number>>): Located {
  return { state: 'made', where: drawnFromSeed, bytes: null, counts, remedy: '', passedOver: [] };
}

/** A split that also shows how it holds its examples, so that the dataset can be hashed without a pass through floats. */
export interface StoredSplit extends Split {
  /** The examples as they lie in memory, row after row: one byte per intensity or token, or float32 little-endian coordinates. */
  readonly stored: Uint8Array;
}

/** A dataset before it is hashed. What is left out is null: not known, or not of this kind of data. */
export interface DatasetContents extends Pick<Dataset, 'name' | 'description' | 'origin' | 'spec'> {
  readonly splits: Readonly<Record<SplitName, StoredSplit>>;
  readonly modes?: Modes | null;
  readonly logDensity?: LogDensity | null;
  readonly logProbability?: LogProbability | null;
  readonly entropyRate?: number | null;
  readonly accepts?: Dataset['accepts'];
  readonly alphabet?: string | null;
}

/** A dataset of these contents, hash included. */
export function defineDataset(contents: DatasetContents): Dataset {
  const { modes = null, logDensity = null, alphabet = null } = contents;
  const { logProbability = null, entropyRate = null, accepts = null } = contents;
  const known = { modes, logDensity, logProbability, entropyRate, accepts, alphabet };
  return { ...contents, ...known, hash: hashContents(contents) };
}

/**
 * The header before each split states its lengths, so no two different datasets feed the hash the same bytes. An alphabet is
 * part of the data: without it tokens of two texts could be the same. Where the examples came from is not.
 */
function hashContents({ name, spec, splits, alphabet }: DatasetContents): string {
  const hash = createHash('sha256').update(JSON.stringify({ name, spec, ...(alphabet && { alphabet }) }));
  for (const splitName of splitNames) {
    const { count, labels, stored } = splits[splitName];
    hash.update(JSON.stringify({ split: splitName, count, bytes: stored.length, labels: labels?.length ?? null }));
    hash.update(stored);
    if (labels) hash.update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  return hash.digest('hex');
}
