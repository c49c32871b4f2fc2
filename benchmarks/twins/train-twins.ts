import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseTwinLine, type TwinLine } from './twin-lines.ts';

export interface TwinTraining {
  readonly python: string;
  /** The script that trains: `torch/train.py`. */
  readonly script: string;
  /** The folder that was exported. */
  readonly works: string;
  /** `cpu` or `cuda`. */
  readonly device: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Told of each work that is done. */
  readonly onLine: (line: TwinLine) => void;
}

/** Trains the twins of all exported works in a Python process. Throws where it ends with an error; of a work that fails, its line says so. */
export async function trainTwins(training: TwinTraining): Promise<TwinLine[]> {
  const { python, script, works, device, threads, signal, onLine } = training;
  signal.throwIfAborted();
  const args = [script, '--works', works, '--device', device, '--threads', String(threads)];
  const child = spawn(python, args, {
    env: { ...process.env, OMP_NUM_THREADS: String(threads), PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4000);
  });
  const ended = new Promise<string | null>((resolve) => {
    child.on('error', (error) => resolve(`did not start: ${error.message}`));
    child.on('close', (code, by) => resolve(code === 0 ? null : `ended (${by ?? `code ${code}`})`));
  });
  try {
    const lines: TwinLine[] = [];
    for await (const text of createInterface({ input: child.stdout })) {
      const line = parseTwinLine(text);
      lines.push(line);
      onLine(line);
    }
    const problem = await ended;
    signal.throwIfAborted();
    if (problem !== null) throw new Error(`twins: ${python} ${problem}${errors === '' ? '.' : `:\n${errors.trim()}`}`);
    return lines;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
