import { resolve } from 'node:path';
import { ProblemsError, unknownName } from '@kindred/harness';
import type { Work } from './work.ts';

/** The command line as typed. */
export interface RawPeerOptions {
  readonly works?: string;
  readonly out?: string;
  readonly python?: string;
  readonly rounds?: string;
}

/** The command line as understood. */
export interface PeerSettings {
  readonly works: readonly Work[];
  /** Absolute. */
  readonly out: string;
  readonly python: string | undefined;
  readonly rounds: number;
  /** The command that asks for the same again. */
  readonly command: string;
}

const mostRounds = 1000;
const defaultRounds = 7;

/** @throws ProblemsError with everything that is wrong */
export function understandPeers(raw: RawPeerOptions, known: readonly Work[], root: string): PeerSettings {
  const problems: string[] = [];
  const rounds = raw.rounds ?? String(defaultRounds);
  if (!/^\d+$/.test(rounds) || Number(rounds) < 1 || Number(rounds) > mostRounds)
    problems.push(`--rounds expects an integer in 1 ... ${mostRounds}, got ${rounds}`);
  if (raw.python === '') problems.push('--python expects an interpreter, got nothing');
  if (raw.out === '') problems.push('--out expects a folder, got nothing');
  const works = raw.works === undefined ? known : chosen(raw.works, known, problems);
  if (problems.length > 0) throw new ProblemsError('the command line', problems);
  const options = Object.entries({ works: raw.works, rounds: raw.rounds });
  return {
    works,
    out: raw.out === undefined ? resolve(root, 'reports', 'peers') : resolve(raw.out),
    python: raw.python,
    rounds: Number(rounds),
    command: ['pnpm bench peers', ...options.flatMap(([name, value]) => (value ? [`--${name} ${value}`] : []))].join(
      ' ',
    ),
  };
}

/** The works of these names, in the order of the report. */
function chosen(text: string, known: readonly Work[], problems: string[]): Work[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length === 0) problems.push('--works expects names with commas between them, got none');
  const existing = known.map(({ name }) => name);
  for (const name of names) if (!existing.includes(name)) problems.push(unknownName('work', name, existing));
  return known.filter(({ name }) => names.includes(name));
}
