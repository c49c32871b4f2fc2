import { createHash } from 'node:crypto';
import { splitNames } from './types.ts';
import type { Dataset, DataSpec, LogDensity, Modes, Split, SplitName } from './types.ts';

/** An entry of the list of datasets: what `openDataset` looks up. */
export interface DatasetDefinition {
  /** As in tables and on the command line: `mnist`. */
  readonly name: string;
  /** One sentence for reports: what it is and where it comes from. */
  readonly description: string;
  open(context: OpenContext): Promise<Dataset>;
}

export interface OpenContext {
  /** Decides the split, and the examples too where they are drawn rather than read. */
  readonly seed: number;
  /** Folders where files are looked for. */
  readonly places?: FilePlaces;
  /** What stands after the colon of the name; null where there is none. */
  readonly argument?: string | null;
}

/** Folders where files are looked for, in this order. */
export interface FilePlaces {
  readonly dataFolder?: string;
  readonly cacheFolder: string;
  readonly systemFolders: readonly string[];
}

/** A split that also shows how it holds its examples, so that the dataset can be hashed without a pass through floats. */
export interface StoredSplit extends Split {
  /** The examples as they lie in memory, row after row: one byte per intensity or token, or float32 little-endian coordinates. */
  readonly stored: Uint8Array;
}

/** A dataset before it is hashed. What is left out is null: not known, or not of this kind of data. */
export interface DatasetContents {
  readonly name: string;
  readonly description: string;
  readonly origin: string;
  readonly spec: DataSpec;
  readonly splits: Readonly<Record<SplitName, StoredSplit>>;
  readonly modes?: Modes | null;
  readonly logDensity?: LogDensity | null;
  readonly entropyRate?: number | null;
  readonly alphabet?: string | null;
}

/** A dataset of these contents, hash included. */
export function defineDataset(contents: DatasetContents): Dataset {
  const { modes = null, logDensity = null, entropyRate = null, alphabet = null } = contents;
  return { ...contents, modes, logDensity, entropyRate, alphabet, hash: hashContents(contents) };
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
