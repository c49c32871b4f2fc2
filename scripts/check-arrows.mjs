/**
 * Fails when an import, or a dependency in a package.json, goes against the arrows of docs/architecture.md, or when a relative
 * import leaves its package. Plain Node, nothing installed: `node scripts/check-arrows.mjs [root]`.
 */
import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Who may import whom. A package that is not in the list is a family. */
const arrows = {
  random: [],
  engine: [],
  data: ['random'],
  nn: ['random', 'engine'],
  metrics: ['random', 'engine', 'nn'],
  model: ['random', 'engine', 'nn', 'data'],
  harness: ['random', 'engine', 'nn', 'data', 'metrics', 'model'],
  report: ['harness', 'metrics'],
};
const family = ['random', 'engine', 'nn', 'model'];
/** Of these, types alone may be imported: nothing of them is loaded at run time. */
const typesOnly = { model: ['data'] };
/** Tests and test suites may also load what their package takes types of alone. */
const isTest = (file) =>
  /\.(test|bench)\.ts$/.test(file) || /[\\/](contract-tests|testing|fixtures|bench)[\\/]/.test(file);

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));
const problems = [];
const packages = readdirSync(join(root, 'packages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'packages', entry.name, 'package.json')))
  .map(({ name }) => ({ name, folder: join(root, 'packages', name), allowed: arrows[name] ?? family }));
const names = packages.map(({ name }) => name);
if (existsSync(join(root, 'benchmarks', 'package.json'))) {
  packages.push({ name: 'benchmarks', folder: join(root, 'benchmarks'), allowed: names });
}
for (const { name, folder, allowed } of packages) {
  checkManifest(name, folder, allowed);
  for (const file of sourceFiles(folder)) checkFile(name, { folder, allowed, file });
}
if (problems.length > 0) {
  console.error(`Imports against the arrows (see docs/architecture.md):\n  ${problems.join('\n  ')}`);
  process.exitCode = 1;
}

function checkManifest(name, folder, allowed) {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
    for (const dependency of Object.keys(manifest[kind] ?? {})) {
      const target = kindredName(dependency);
      if (target && !allowed.includes(target)) complain(file, `${name} may not depend on ${target}`);
    }
  }
}

function checkFile(name, { folder, allowed, file }) {
  for (const { specifier, typeOnly } of importsOf(readFileSync(file, 'utf8'))) {
    if (specifier.startsWith('.')) {
      const target = resolve(dirname(file), specifier);
      if (relative(folder, target).split(sep)[0] === '..')
        complain(file, `${specifier} leaves the package; import it by name`);
      continue;
    }
    const target = kindredName(specifier);
    if (!target || target === name) continue;
    if (!allowed.includes(target)) complain(file, `${name} may not import ${target}`);
    else if (!typeOnly && !isTest(file) && typesOnly[name]?.includes(target)) {
      complain(file, `${name} may import types of ${target} alone; write \`import type\``);
    }
  }
}

/** The package behind `@kindred/engine` or `@kindred/model/contract-tests`; undefined for what is not ours. */
function kindredName(specifier) {
  return /^@kindred\/([^/]+)/.exec(specifier)?.[1];
}

/** Every specifier of static and dynamic imports, exports and requires. Lines that are comments are left out. */
function importsOf(source) {
  const code = source.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '');
  const found = [];
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?[\s}]from\s*)?['"]([^'"]+)['"]/gm;
  for (const [, type, specifier] of code.matchAll(statement)) found.push({ specifier, typeOnly: type !== undefined });
  const call = /\b(?:import|require|require\.resolve)\s*\(\s*['"`]([^'"`]+)['"`]/g;
  for (const [, specifier] of code.matchAll(call)) found.push({ specifier, typeOnly: false });
  return found;
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(ts|mts|js|mjs)$/.test(entry.name) ? [path] : [];
  });
}

function complain(file, problem) {
  problems.push(`${relative(root, file).split(sep).join('/')}: ${problem}`);
}
