import { fileURLToPath } from 'node:url';
import type { Suite } from '@kindred/harness';
import { candidates, findPython } from '../../peers/python.ts';
import { families } from '../../src/models.ts';
import { runTwins } from '../run-twins.ts';
import { trainTwins } from '../train-twins.ts';
import type { TwinLine } from '../twin-lines.ts';
import { settingsOf } from './settings-of.ts';

const script = fileURLToPath(new URL('../torch/train.py', import.meta.url));
const { signal } = new AbortController();

/** An interpreter that imports torch; null where there is none, and a test is to be skipped. */
export const pythonHere = async (): Promise<string | null> =>
  (await findPython(candidates(undefined, process.env))).python;

/** Writes the works of a suite into a folder. */
export async function exportTo(folder: string, suite: Suite): Promise<void> {
  const io = { families, codeVersion: 'test', write: () => {}, signal, script };
  await runTwins(settingsOf(suite, folder, { exportTo: folder }), io);
}

/** Trains twins from the works of a folder with PyTorch. */
export const trainHere = (python: string, works: string): Promise<TwinLine[]> =>
  trainTwins({ python, script, works, device: 'cpu', threads: 1, signal, onLine: () => {} });

/** What a twin must show: that it repeats our first steps, and learns. */
export const expectedLine = { check: { passed: true }, steps: 30, test: { count: 20 } } as const;

/** The fall of the training loss from the first steps to the last, as a share. */
export const fallOf = ({ curve = [] }: TwinLine): number => 1 - (curve.at(-1) ?? 0) / (curve[0] ?? 0);
