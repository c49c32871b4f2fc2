import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeVersion, fingerprintOf } from './fingerprint.ts';

test('a fingerprint is that of the value, not of the order of its keys', () => {
  expect(fingerprintOf({ a: 1, b: [{ c: 2, d: null }] })).toBe(fingerprintOf({ b: [{ d: null, c: 2 }], a: 1 }));
  const different = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: null }, { b: 1 }, { a: [1, 2] }, { a: [2, 1] }, {}];
  expect(new Set(different.map(fingerprintOf)).size).toBe(different.length);
});

test('numbers that JSON cannot hold are refused, for they would all look alike', () => {
  expect(() => fingerprintOf({ a: Number.POSITIVE_INFINITY })).toThrow('Infinity has no JSON form');
});

test('the code version depends on names and bytes of the files that are kept', async () => {
  const root = await mkdtemp(join(tmpdir(), 'code-'));
  try {
    const version = (): Promise<string> => codeVersion(root, ['src', 'lock'], (path) => !path.endsWith('.test.ts'));
    await mkdir(join(root, 'src', 'deep'), { recursive: true });
    await writeFile(join(root, 'lock'), '1');
    await writeFile(join(root, 'src', 'deep', 'a.ts'), 'a');
    const first = await version();
    await writeFile(join(root, 'src', 'a.test.ts'), 'not kept');
    expect(await version()).toBe(first);
    await writeFile(join(root, 'src', 'deep', 'a.ts'), 'b');
    const second = await version();
    await writeFile(join(root, 'src', 'deep', 'a.ts'), 'a');
    await writeFile(join(root, 'lock'), '2');
    const third = await version();
    expect(new Set([first, second, third]).size).toBe(3);
  } finally {
    await rm(root, { recursive: true });
  }
});
