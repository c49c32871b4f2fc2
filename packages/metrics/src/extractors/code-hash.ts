import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, parse, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyOf, sha256 } from './sha256.ts';

interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

let own: Promise<string> | undefined;

/** Hash of the code that extracts features here: see codeHash. Read once in a process. */
export const extractorCode = (): Promise<string> => (own ??= codeHash(import.meta.url));

/**
 * Hash of all code that can decide what a module computes: the files of its package and of the workspace's packages that it depends
 * on, and the installed versions of the other dependencies. It is part of the keys of caches. A version raised by hand would be
 * forgotten one day, and old weights taken for new ones. This hash errs on the other side: it changes with a comment too, which
 * costs training anew. Where the sources run they are hashed, where the build runs, the build.
 *
 * @param module URL of a module in the folder of running code (src or dist) of its package
 */
export async function codeHash(module: string): Promise<string> {
  const file = fileURLToPath(module);
  const folder = packageOf(file);
  const running = relative(folder, file).split(sep)[0] ?? '';
  const parts = new Map<string, string>();
  await collect(folder, running, parts);
  return keyOf(Object.fromEntries([...parts].sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** The nearest folder above a file that is a package. */
function packageOf(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === parse(folder).root) {
      throw new Error(`codeHash: expected a package.json above ${file}, got none; install the package whole.`);
    }
    folder = dirname(folder);
  }
  return folder;
}

/** Adds the hashes of a package's running files, of its workspace dependencies, and the versions of the others. */
async function collect(folder: string, running: string, parts: Map<string, string>): Promise<void> {
  const { name, dependencies = {} } = await manifestOf(folder);
  if (parts.has(name)) return;
  parts.set(name, running);
  const files = await readdir(join(folder, running), { recursive: true });
  for (const file of files.filter((file) => isCode(file))) {
    parts.set(`${name}/${file.split(sep).join('/')}`, sha256(await readFile(join(folder, running, file))));
  }
  for (const [dependency, range] of Object.entries(dependencies)) {
    const found = await dependencyFolder(folder, dependency);
    if (found === undefined) parts.set(dependency, 'absent');
    else if (range.startsWith('workspace:')) await collect(found, running, parts);
    else parts.set(dependency, (await manifestOf(found)).version ?? '');
  }
}

const manifestOf = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;

/** What runs: neither tests nor types. */
const isCode = (file: string): boolean => /\.[mc]?[jt]s$/.test(file) && !/(\.test|\.bench|\.d)\.[mc]?[jt]s$/.test(file);

/** Where Node finds a dependency of a package: in the nearest node_modules above it that has it. */
async function dependencyFolder(folder: string, dependency: string): Promise<string | undefined> {
  for (let above = folder; ; above = dirname(above)) {
    const candidate = join(above, 'node_modules', dependency);
    if (existsSync(join(candidate, 'package.json'))) return realpath(candidate);
    if (above === dirname(above)) return undefined;
  }
}
