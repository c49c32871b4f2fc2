/**
 * Behind `pnpm bench`: checks what must be there, builds what has changed, bundles the worker, then runs the command line. Plain JavaScript without
 * dependencies, so that it can say what is missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Kindred needs Node.js 20.19 or newer; this is ${process.version} (${process.execPath}). Install a newer one.`);
}
// In pnpm 12 an install that fails before a script is only a warning.
const needed = [
  'node_modules/typescript/bin/tsc',
  'benchmarks/node_modules/commander',
  'benchmarks/node_modules/esbuild',
  'packages/engine/node_modules',
];
const missing = needed.filter((path) => !existsSync(at(path)));
if (missing.length > 0) {
  fail(
    `Kindred's dependencies are not installed (missing: ${missing.join(', ')}).\n` +
      'Install them with `npx --yes --prefer-offline pnpm@12.21.0 install` and look at what it says.',
  );
}

const build = spawnSync(process.execPath, [at(needed[0]), '-b', '--checkers', '1'], { cwd: root, encoding: 'utf8' });
if (build.status !== 0) fail(`The build failed:\n${build.error?.message ?? `${build.stdout}${build.stderr}`}`);

const { bundleWorker } = await import('./bundle-worker.mjs');
await bundleWorker();

const { main } = await import('./dist/src/main.js');
process.exitCode = await main(process.argv.slice(2));
