/**
 * Bundles the module that each child of a run executes, benchmarks/dist/src/worker.js, into benchmarks/dist/worker.mjs. A run starts a child
 * per trial, and to find, read and link some five hundred modules takes a child as long as a small trial; one file takes some three fifths of that.
 */
import { build } from 'esbuild';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Native packages, and those that must stay the one copy which native ones load too; each is loaded from where its importer finds it. */
const outside = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', 'mnist', 'onnxruntime-node', 'sharp', 'tar'];

const leaveOutside = {
  name: 'leave-outside',
  setup({ onResolve }) {
    const filter = new RegExp(`^(${outside.join('|')})(/|$)`);
    onResolve({ filter }, ({ path, importer, kind }) => {
      try {
        const file = createRequire(importer).resolve(path);
        // Windows' paths are no specifiers of imports.
        return { path: kind === 'require-call' ? file : pathToFileURL(file).href, external: true };
      } catch {
        // What is not installed must fail where it is used.
        return { path, external: true };
      }
    });
  },
};

/** Modules find files beside them by their own URL: each keeps it. */
const keepUrls = {
  name: 'keep-urls',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.url')) return undefined;
      return { contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'js' };
    });
  },
};

/** Packages of CommonJS in the bundle require what Node has. */
const requireBanner =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Writes the bundle where it has changed, whole or not at all: another run may be starting children from it. */
export async function bundleWorker() {
  const outfile = at('dist/worker.mjs');
  const { outputFiles } = await build({
    entryPoints: [at('dist/src/worker.js')],
    outfile,
    write: false,
    bundle: true,
    // As CommonJS it starts a little faster, and computes metrics a quarter slower.
    format: 'esm',
    banner: { js: requireBanner },
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: [leaveOutside, keepUrls],
  });
  const [bundle] = outputFiles;
  const before = await readFile(outfile).catch(() => null);
  if (before !== null && Buffer.compare(before, bundle.contents) === 0) return;
  const temporary = `${outfile}.${process.pid}.tmp`;
  await writeFile(temporary, bundle.contents);
  await rename(temporary, outfile);
}
