import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codeVersion } from '@kindred/harness';

/** Files that decide a trial's outcome: all sources but those of tests, reports and the command line, and what is installed. */
const decisive = ['packages', 'benchmarks/src/models.ts', 'benchmarks/src/worker.ts', 'pnpm-lock.yaml'] as const;

function decides(path: string): boolean {
  if (!path.startsWith('packages/')) return true;
  if (/\/(node_modules|dist|bench|contract-tests|testing)\//.test(path) || path.startsWith('packages/report/'))
    return false;
  return path.endsWith('.ts') && !path.endsWith('.test.ts');
}

/** Hash of the sources and the lockfile that decide results. @param root of the workspace */
export async function sourceVersion(root: string): Promise<string> {
  return codeVersion(root, decisive, decides);
}

/** Versions of what decides results, for the report. */
export async function versionsOf(root: string, source: string): Promise<Record<string, string>> {
  return {
    kindred: `${await commitOf(root)} (sources ${source.slice(0, 12)})`,
    '@tensorflow/tfjs-core': installed(root, 'engine', '@tensorflow/tfjs-core'),
    'onnxruntime-node': installed(root, 'engine', 'onnxruntime-node'),
    node: process.versions.node,
  };
}

/** The version of a dependency of one of our packages. */
function installed(root: string, owner: string, dependency: string): string {
  const load = createRequire(join(root, 'packages', owner, 'package.json'));
  try {
    return String((load(`${dependency}/package.json`) as { version?: unknown }).version);
  } catch {
    return 'not installed';
  }
}

/** The commit that is checked out, marked where files differ from it; without git or a repository `no commit`. */
async function commitOf(root: string): Promise<string> {
  const git = async (...command: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', root, ...command])).stdout.trim();
  try {
    const commit = await git('rev-parse', '--short=12', 'HEAD');
    const changes = await git('status', '--porcelain', '--untracked-files=no', '--', 'packages', 'benchmarks');
    return changes ? `${commit} with changes` : commit;
  } catch {
    return 'no commit';
  }
}
