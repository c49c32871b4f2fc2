import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../scripts/check-arrows.mjs', import.meta.url));
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** What the check says of a workspace of these files: '' when it passes. Packages named get an empty package.json. */
async function complaints(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'arrows-'));
  folders.push(root);
  const packages = new Set(Object.keys(files).map((file) => /^packages\/[^/]+|^benchmarks/.exec(file)?.[0] ?? ''));
  const manifests = [...packages].map((folder) => [`${folder}/package.json`, '{}'] as const);
  await mkdir(join(root, 'packages'));
  for (const [file, content] of [...manifests, ...Object.entries(files)]) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await writeFile(join(root, file), content);
  }
  try {
    await run(process.execPath, [script, root]);
    return '';
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

test('the project itself keeps the arrows', async () => {
  await expect(run(process.execPath, [script])).resolves.toMatchObject({ stderr: '' });
});

test('imports along the arrows pass', async () => {
  const said = await complaints({
    'packages/random/src/index.ts': "import { createHash } from 'node:crypto';\nexport * from './stream.ts';\n",
    'packages/nn/src/index.ts': "export { dense } from './layers/dense.ts';\n",
    'packages/nn/src/layers/dense.ts': "import { RandomStream } from '@kindred/random';\nimport '../index.ts';\n",
    'packages/model/src/contract.ts': "import type { DataSpec } from '@kindred/data';\n",
    'packages/model/src/contract.test.ts': "import { openDataset } from '@kindred/data';\n",
    'packages/gan/src/index.ts': "import { openTrainer } from '@kindred/model';\nimport z from 'zod';\n",
    'packages/gan/src/note.ts': "/**\n * import '@kindred/data' is not for families.\n */\n",
    'benchmarks/src/main.ts': "import { gan } from '@kindred/gan';\n",
  });
  expect(said).toBe('');
});

test.each([
  [
    'a family imports data',
    'packages/gan/src/a.ts',
    "import { openDataset } from '@kindred/data';",
    'gan may not import data',
  ],
  [
    'a family imports types of data',
    'packages/gan/src/a.ts',
    "import type { Split } from '@kindred/data';",
    'gan may not import data',
  ],
  [
    'a family imports another',
    'packages/gan/src/a.ts',
    "import { elbo } from '@kindred/vae';",
    'gan may not import vae',
  ],
  [
    'a new family imports metrics',
    'packages/flow/src/a.ts',
    "import { x } from '@kindred/metrics';",
    'flow may not import metrics',
  ],
  [
    'a subpath',
    'packages/metrics/src/a.ts',
    "export * from '@kindred/model/contract-tests';",
    'metrics may not import model',
  ],
  [
    'several lines',
    'packages/engine/src/a.ts',
    "import {\n  a,\n  b,\n} from '@kindred/random';",
    'engine may not import random',
  ],
  [
    'a dynamic import',
    'packages/data/src/a.ts',
    "const e = await import('@kindred/engine');",
    'data may not import engine',
  ],
  ['values of data', 'packages/model/src/a.ts', "import { batches } from '@kindred/data';", 'types of data alone'],
  [
    'a path out of the package',
    'packages/nn/src/a.ts',
    "import { a } from '../../engine/src/a.ts';",
    'leaves the package',
  ],
  [
    'a dependency',
    'packages/report/package.json',
    '{ "dependencies": { "@kindred/data": "workspace:*" } }',
    'report may not depend on data',
  ],
])('%s is refused', async (_, file, content, complaint) => {
  const said = await complaints({
    'packages/vae/src/index.ts': '',
    'packages/data/src/index.ts': '',
    'packages/model/src/index.ts': '',
    [file]: `${content}\n`,
  });
  expect(said).toContain(complaint);
  expect(said).toContain(file);
});
