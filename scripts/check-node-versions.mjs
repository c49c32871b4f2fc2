/**
 * Tries the built engine on other Node versions than this one, which npm's registry has as the package `node`. Says so where one
 * cannot be had (no network, no build for this system), and fails only where one is there and the engine does not run on it:
 * `pnpm node-versions [version...]`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('try-engine.mjs', import.meta.url));
const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : ['20', '22', '24'];

if (!existsSync(new URL('../packages/engine/dist/index.js', import.meta.url))) {
  console.error('The engine is not built; build it with `pnpm build`.');
  process.exit(1);
}

for (const version of versions) {
  const own = process.versions.node.split('.')[0] === version;
  const run = own ? (args) => start(process.execPath, args) : (args) => start('npx', fetched(version, args));
  const found = run(['--version']);
  if (found.status !== 0 || !found.stdout.trim().startsWith(`v${version}.`)) {
    console.log(`Node ${version}: not tried, for npm could not get it here`);
    continue;
  }
  const tried = run([script]);
  if (tried.status === 0) {
    console.log(tried.stdout.trim());
    continue;
  }
  console.error(`Node ${version}: the engine does not run:\n${tried.error?.message ?? tried.stderr.trim()}`);
  process.exitCode = 1;
}

function fetched(version, args) {
  return ['--yes', '--prefer-offline', '--package', `node@${version}`, '--', 'node', ...args];
}

function start(command, args) {
  return spawnSync(command, args, { encoding: 'utf8', timeout: 60_000, shell: process.platform === 'win32' });
}
