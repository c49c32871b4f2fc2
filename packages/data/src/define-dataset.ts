import { createHash } from 'node:crypto';
import { splitNames } from './types.ts';
import type { Dataset, DataSpec, Modes, Split, SplitName } from './types.ts';

/** An entry of the list of datasets: what `openDataset` looks up. */
export interface DatasetDefinition {
  /** As in tables and on the command line: `mnist`. */
  readonly name: string;
  /** One sentence for reports: what it is and where it comes from. */
  readonly description: string;
  /** @param options.seed decides the split, and the examples too where they are drawn rather than read */
  open(options: { readonly seed: number }): Promise<Dataset>;
}

/** A split that also shows how it holds its examples, so that the dataset can be hashed without a pass through floats. */
export interface StoredSplit extends Split {
  /** The examples as they lie in memory, row after row: one byte per intensity, or float32 little-endian coordinates. */
  readonly stored: Uint8Array;
}

export interface DatasetContents {
  readonly name: string;
  readonly description: string;
  readonly spec: DataSpec;
  readonly splits: Readonly<Record<SplitName, StoredSplit>>;
  readonly modes: Modes | null;
}

/** A dataset of these contents, hash included. */
export function defineDataset(contents: DatasetContents): Dataset {
  return { ...contents, hash: hashContents(contents) };
}

/** The header before each split states its lengths, so no two different datasets feed the hash the same bytes. */
function hashContents({ name, spec, splits }: DatasetContents): string {
  const hash = createHash('sha256').update(JSON.stringify({ name, spec }));
  for (const splitName of splitNames) {
    const { count, labels, stored } = splits[splitName];
    hash.update(JSON.stringify({ split: splitName, count, bytes: stored.length, labels: labels?.length ?? null }));
    hash.update(stored);
    if (labels) hash.update(labels);
  }
  return hash.digest('hex');
}
