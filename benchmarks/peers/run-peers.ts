import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { openEngine, type Engine } from '@kindred/engine';
import { measure } from './measure.ts';
import { PeerProcess, type PeerDescription } from './peer-process.ts';
import { candidates, findPython, howToInstall, type FoundPython } from './python.ts';
import { resultLine } from './report/lines.ts';
import type { WorkResult } from './result.ts';
import type { PeerSettings } from './settings.ts';
import { sgemm } from './works/sgemm.ts';

/** Seconds of one side's block in a round. */
const blockSeconds = 1;

/** What a run of `pnpm bench peers` found. */
export interface PeerRun {
  readonly command: string;
  readonly startedAt: string;
  readonly results: readonly WorkResult[];
  /** Our sgemm's GFLOP/s: what shares of peak are of. */
  readonly peak: number | null;
  readonly peer: PeerDescription | null;
  readonly python: FoundPython;
  readonly engine: Engine['description'];
}

export interface PeerIo {
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
  /** The script of the peer. */
  readonly script: string;
}

/** Measures the works one after another. Throws the signal's reason when stopped. */
export async function runPeers(settings: PeerSettings, { write, signal, script }: PeerIo): Promise<PeerRun> {
  const startedAt = new Date().toISOString();
  const python = await findPython(candidates(settings.python, process.env));
  for (const { python: name, reason } of python.tried) if (reason !== null) write(`${name} passed over: ${reason}`);
  if (python.python === null) write(`No PyTorch: our figures stand alone. ${howToInstall}`);
  const folder = await mkdtemp(join(tmpdir(), 'kindred-peers-'));
  const engine = await openEngine({ kind: 'onnx', device: 'cpu', threads: 1 });
  let peer: PeerProcess | null = null;
  try {
    peer = python.python === null ? null : new PeerProcess(python.python, [script]);
    const description = (await peer?.ask('hello', {})) ?? null;
    const results: WorkResult[] = [];
    // The ceiling is measured whatever was asked for: shares of peak are shares of it.
    for (const work of [sgemm, ...settings.works.filter(({ name }) => name !== sgemm.name)]) {
      signal.throwIfAborted();
      const at = join(folder, work.name);
      const result = await measure(work, { engine, peer, folder: at, rounds: settings.rounds, blockSeconds });
      results.push(result);
      write(resultLine(result));
    }
    const peak = results[0]?.gflops ?? null;
    return {
      command: settings.command,
      startedAt,
      results,
      peak,
      peer: description,
      python,
      engine: engine.description,
    };
  } finally {
    peer?.kill();
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a report is, as seen from here. */
export const shown = (path: string): string => relative(process.cwd(), path);
