import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** An interpreter that was looked at. */
export interface TriedPython {
  readonly python: string;
  /** Why it was passed over; null for the one that was taken. */
  readonly reason: string | null;
}

export interface FoundPython {
  /** The first that imports torch; null where none does. */
  readonly python: string | null;
  readonly tried: readonly TriedPython[];
}

/** What to install where no interpreter has PyTorch. */
export const howToInstall =
  'Install PyTorch with the Debian packages python3-torch and libopenblas0-pthread (without OpenBLAS PyTorch takes the reference ' +
  'BLAS, 25 times slower), or name an interpreter that has it with --python or KINDRED_PYTHON.';

/** Where to look, in this order; names twice are looked at once. */
export function candidates(option: string | undefined, environment: Readonly<NodeJS.ProcessEnv>): string[] {
  const found = [option, environment['KINDRED_PYTHON'], 'python3', '/usr/bin/python3'];
  return [...new Set(found.filter((python): python is string => python !== undefined && python !== ''))];
}

/** Tries interpreters one after another until one imports torch. */
export async function findPython(pythons: readonly string[]): Promise<FoundPython> {
  const tried: TriedPython[] = [];
  for (const python of pythons) {
    const reason = await whyNot(python);
    tried.push({ python, reason });
    if (reason === null) return { python, tried };
  }
  return { python: null, tried };
}

async function whyNot(python: string): Promise<string | null> {
  try {
    await promisify(execFile)(python, ['-c', 'import torch'], { timeout: 120_000 });
    return null;
  } catch (error) {
    const { code, stderr, killed } = error as { code?: string | number; stderr?: string; killed?: boolean };
    if (code === 'ENOENT') return 'there is no such program';
    if (killed === true) return 'did not import torch within 120 s';
    return stderr?.trim().split('\n').at(-1) || `ended with ${code}`;
  }
}
