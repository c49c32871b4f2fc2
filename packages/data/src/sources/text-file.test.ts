import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { defaultPlaces } from '../places.ts';
import { decodeTokens } from '../text/alphabet.ts';
import { readTextFile } from './text-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-text-'));
});
afterEach(() => rm(folder, { recursive: true }));

const places = () =>
  defaultPlaces({
    dataFolder: join(folder, 'mine'),
    cacheFolder: join(folder, 'cache'),
    systemFolders: [join(folder, 'system')],
  });

async function put(file: string, contents: string | Uint8Array) {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), contents);
}

describe('readTextFile', () => {
  it('looks in the data folder, the cache folder and the system folders, in this order', async () => {
    const order = [
      ['system/text/poems.txt', 'poems.txt in the system folder'],
      ['cache/text/poems.txt', 'poems.txt in the cache folder'],
      ['cache/text/poems', 'poems in the cache folder'],
      ['mine/text/poems', 'poems in the data folder'],
      ['mine/poems.txt', 'poems.txt in the data folder'],
      ['mine/poems', 'poems in the data folder'],
    ] as const;
    for (const [i, [file, origin]] of order.entries()) {
      await put(file, `text ${i}`);
      const read = await readTextFile('poems', places());
      expect(decodeTokens(read.alphabet, read.tokens)).toBe(`text ${i}`);
      expect(read.origin).toBe(origin);
    }
  });

  it('keeps every character but a byte order mark', async () => {
    await put('mine/poems', '\uFEFFÄpfel\r\n\t🦊');
    const { alphabet, tokens } = await readTextFile('poems', places());
    expect(decodeTokens(alphabet, tokens)).toBe('Äpfel\r\n\t🦊');
  });

  it.each([
    ['a missing file', 'other', '', /there is no file .*mine.poems, nor .*poems\.txt, nor .*put a UTF-8 text there/s],
    ['an empty file', 'poems', '', /poems: expected data, got 0 bytes; make it a readable UTF-8 text/],
    ['a file that is not UTF-8', 'poems', Uint8Array.of(0x41, 0xe4, 0x42), /poems is not UTF-8; convert it/],
    [
      'too many characters',
      'poems',
      Array.from({ length: 257 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join(''),
      /has 257 different characters, expected at most 256; replace/,
    ],
  ] as const)('refuses %s', async (_, file, contents, message) => {
    await put(`mine/${file}`, contents);
    const reading = readTextFile('poems', places());
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(DataError);
  });

  it('passes over a folder of that name, and takes no path for a name', async () => {
    await put('mine/poems/a', 'a');
    await expect(readTextFile('poems', places())).rejects.toThrow(/there is no file/);
    for (const name of ['../poems', 'a/b', '', '.hidden']) {
      await expect(readTextFile(name, places())).rejects.toThrow(`'${name}' is no name of a file`);
    }
  });
});
