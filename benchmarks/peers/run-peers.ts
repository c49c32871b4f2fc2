import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine, type Engine, type OperatorCost } from '@kindred/engine';
import { fastestCoreType, productTime } from './core-type.ts';
import { measure } from './measure.ts';
import { measureTfjs } from './measure-tfjs.ts';
import { PeerProcess } from './peer-process.ts';
import type { PeerRun } from './peer-run.ts';
import { profileStep } from './profile-work.ts';
import { candidates, findPython, howToInstall, type FoundPython } from './python.ts';
import { resultLine } from './report/lines.ts';
import type { WorkResult } from './result.ts';
import type { PeerSettings } from './settings.ts';
import type { Work } from './work.ts';
import { sgemm } from './works/sgemm.ts';

/** Seconds of one side's block in a round. */
const blockSeconds = 1;

export interface PeerIo {
  readonly write: (line: string) => void;
  readonly signal: AbortSignal;
  /** The script that serves the peer. */
  readonly script: string;
}

/** Measures the works one after another. Throws the signal's reason when stopped. */
export async function runPeers(
  settings: PeerSettings,
  { write, signal, script }: PeerIo,
): Promise<Omit<PeerRun, 'versions'>> {
  const start = Date.now();
  const python = await lookForPython(settings.python, write);
  const folder = await mkdtemp(join(tmpdir(), 'kindred-peers-'));
  const engine = await openEngine({ kind: 'onnx', device: 'cpu', threads: 1 });
  const profiles: Record<string, OperatorCost[]> = {};
  let peer: PeerProcess | null = null;
  try {
    const coreType = await coreTypeFor(python.python);
    peer = python.python === null ? null : new PeerProcess(python.python, [script], coreType);
    const description = (await peer?.ask('hello', {})) ?? null;
    const results: WorkResult[] = [];
    // The ceiling is measured whatever was asked for: shares of peak are shares of it.
    for (const work of [sgemm, ...settings.works.filter(({ name }) => name !== sgemm.name)]) {
      signal.throwIfAborted();
      // A work that broke the peer is reported as failed; the next one gets a new peer.
      if (peer && !peer.alive && python.python !== null) peer = new PeerProcess(python.python, [script], coreType);
      const result = await measureOne(work, {
        engine,
        peer,
        folder: join(folder, work.name),
        rounds: settings.rounds,
        profiles,
      });
      signal.throwIfAborted(); // Ctrl-C ends the peer too, which is no failure of the work
      results.push(result);
      write(resultLine(result));
    }
    return {
      command: settings.command,
      startedAt: new Date(start).toISOString(),
      seconds: (Date.now() - start) / 1000,
      results,
      profiles,
      peak: results[0]?.gflops ?? null,
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

/** Whose kernels the peer's OpenBLAS is to use; null for its own choice, or for that of the user's environment. */
async function coreTypeFor(python: string | null): Promise<string | null> {
  if (python === null || process.env['OPENBLAS_CORETYPE'] !== undefined) return null;
  return fastestCoreType((coreType) => productTime(python, coreType));
}

async function lookForPython(option: string | undefined, write: PeerIo['write']): Promise<FoundPython> {
  const found = await findPython(candidates(option, process.env));
  for (const { python, reason } of found.tried) if (reason !== null) write(`${python} passed over: ${reason}`);
  if (found.python === null) write(`No PyTorch: our figures stand alone. ${howToInstall}`);
  return found;
}

interface OneWork {
  readonly engine: Engine;
  readonly peer: PeerProcess | null;
  readonly folder: string;
  readonly rounds: number;
  /** Takes the profile of the work. */
  readonly profiles: Record<string, OperatorCost[]>;
}

async function measureOne(work: Work, { profiles, ...options }: OneWork): Promise<WorkResult> {
  if (work.against === 'tfjs') return measureTfjs(work, { ...options, blockSeconds });
  return measure(work, {
    ...options,
    blockSeconds,
    after: async (side) => {
      const costs = await profileStep(options.engine, side);
      if (costs.length > 0) profiles[work.name] = costs;
    },
  });
}
