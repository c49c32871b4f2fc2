import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeHash, extractorCode } from './code-hash.ts';

describe('codeHash', () => {
  let root: string;
  const put = async (file: string, content: string | object) => {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const hash = (folder = 'src') => codeHash(pathToFileURL(join(root, 'upper', folder, 'deep', 'main.ts')).href);

  /** A package that depends on another of the workspace, which depends on the first again and on one from outside. */
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kindred-code-'));
    await put('upper/package.json', { name: 'upper', dependencies: { lower: 'workspace:*', missing: 'catalog:' } });
    await put('upper/src/deep/main.ts', 'export const a = 1;');
    await put('upper/dist/deep/main.js', 'export const a = 1;');
    await put('lower/package.json', { name: 'lower', dependencies: { upper: 'workspace:*', outside: 'catalog:' } });
    await put('lower/src/index.ts', 'export const b = 1;');
    await put('lower/dist/index.js', 'export const b = 1;');
    await put('node_modules/outside/package.json', { name: 'outside', version: '1.0.0' });
    await mkdir(join(root, 'upper/node_modules'));
    await symlink('../../lower', join(root, 'upper/node_modules/lower'));
    await mkdir(join(root, 'lower/node_modules'));
    await symlink('../../upper', join(root, 'lower/node_modules/upper'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it.each([
    ['a file of the package', 'upper/src/deep/main.ts', 'export const a = 2;'],
    ['a new file', 'upper/src/other.ts', ''],
    ['a file of a package that it depends on', 'lower/src/index.ts', 'export const b = 2;'],
    ['the version of one from outside', 'node_modules/outside/package.json', { name: 'outside', version: '1.0.1' }],
  ])('changes with %s', async (_, file, content) => {
    const before = await hash();
    expect(await hash()).toBe(before);
    await put(file, content);
    expect(await hash()).not.toBe(before);
  });

  it('does not change with tests, types, and code that does not run', async () => {
    const before = await hash();
    await put('upper/src/deep/main.test.ts', 'test');
    await put('upper/src/main.d.ts', 'types');
    await put('lower/dist/index.js', 'export const b = 2;');
    expect(await hash()).toBe(before);
  });

  it('hashes the build where the build runs', async () => {
    const before = await hash('dist');
    await put('lower/src/index.ts', 'export const b = 2;');
    expect(await hash('dist')).toBe(before);
    await put('lower/dist/index.js', 'export const b = 2;');
    expect(await hash('dist')).not.toBe(before);
  });

  it('finds the code of this package, and of those below it', async () => {
    expect(await extractorCode()).toMatch(/^[0-9a-f]{64}$/);
    expect(await extractorCode()).toBe(await codeHash(import.meta.url));
  });
});
