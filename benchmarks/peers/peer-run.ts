import type { EngineDescription, OperatorCost } from '@kindred/engine';
import type { PeerDescription } from './peer-process.ts';
import type { FoundPython } from './python.ts';
import type { WorkResult } from './result.ts';

/** What a run of `pnpm bench peers` found. */
export interface PeerRun {
  /** Asks for the same again. */
  readonly command: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly results: readonly WorkResult[];
  /** Where the time of a training step goes on our side, by work. */
  readonly profiles: Readonly<Record<string, readonly OperatorCost[]>>;
  /** Our sgemm's GFLOP/s: what shares of peak are of. */
  readonly peak: number | null;
  readonly peer: PeerDescription | null;
  readonly python: FoundPython;
  readonly engine: EngineDescription;
  /** By name: node, libraries and our own commit. */
  readonly versions: Readonly<Record<string, string>>;
}
