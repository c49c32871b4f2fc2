import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { put, useTemporaryFolder } from '../testing/data-files.ts';
import { DataError } from '../data-error.ts';
import type { DownloadProgress } from './download.ts';
import { findOrDownload, heldOut, locateFiles, type FileDataset } from './file-dataset.ts';

const temporary = useTemporaryFolder();
const contents = { one: 'first', two: 'second' };

let server: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end(contents[url.slice(1) as 'one' | 'two']);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function dataset(change: Partial<typeof contents> = {}): FileDataset<'one' | 'two'> {
  const { port } = server.address() as AddressInfo;
  return {
    name: 'set',
    layouts: [{ names: { one: ['one'], two: ['two'] } }],
    remote: Object.entries({ ...contents, ...change }).map(([name, text]) => ({
      name,
      urls: [`http://127.0.0.1:${port}/${name}`],
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
    remedy: 'ask the author.',
  };
}

const context = (download: boolean) => ({ argument: null, places: temporary.places({ download }) });

it('downloads what is nowhere into the cache, once, and tells of it', async () => {
  const told: DownloadProgress[] = [];
  const found = await findOrDownload(dataset(), { ...context(true), onProgress: (progress) => told.push(progress) });
  expect(found).toMatchObject({
    place: 'cache folder',
    files: { one: temporary.path('cache', 'set', 'one') },
    bytes: 11,
  });
  expect(told.map(({ file, received }) => [file, received])).toEqual([
    ['one', 5],
    ['two', 6],
  ]);
  await findOrDownload(dataset(), context(true));
  expect(asked).toEqual(['/one', '/two']);
});

it('takes what is there before it downloads, and gets only the files that are not', async () => {
  await put(temporary.path('cache', 'set', 'one'), contents.one);
  await findOrDownload(dataset(), context(true));
  expect(asked).toEqual(['/two']);
});

it('asks nobody where it must not download, and says what is missing and the way to get it', async () => {
  await put(temporary.path('system', 'set', 'one'), contents.one);
  const lacks = `${temporary.path('system', 'set')} lacks two`;
  await expect(findOrDownload(dataset(), context(false))).rejects.toThrow(
    `set: its files are not there; ${lacks}; ask the author.`,
  );
  const located = await locateFiles(dataset(), temporary.places(), async () => null);
  expect(located).toEqual({
    state: 'missing',
    where: '',
    bytes: null,
    counts: null,
    remedy: `${lacks}; ask the author.`,
    passedOver: [lacks],
  });
  expect(asked).toEqual([]);
});

it('says what went wrong with a download, and the other ways', async () => {
  await expect(findOrDownload(dataset({ two: 'else' }), context(true))).rejects.toThrow(
    /^two: could not be downloaded:[^]*expected SHA-256 [^]*\n {2}Or ask the author\.$/,
  );
});

it('says what is wrong with files that are found, but lets other errors be', async () => {
  await put(temporary.path('system', 'set', 'one'), contents.one);
  await put(temporary.path('system', 'set', 'two'), contents.two);
  const locate = (problem: Error) =>
    locateFiles(dataset(), temporary.places(), async () => {
      throw problem;
    });
  expect(await locate(new DataError('one: it is no good; ask the author.'))).toMatchObject({
    state: 'wrong',
    bytes: 11,
    counts: null,
    remedy: 'one: it is no good; ask the author.',
  });
  await expect(locate(new TypeError('a mistake of ours'))).rejects.toThrow(TypeError);
});

it('holds one of so many examples out, and refuses fewer', () => {
  const source = { source: 'here', remedy: 'do this.' };
  for (const [seen, validation] of [
    [12, 1],
    [23, 1],
    [24, 2],
    [60_000, 5000],
  ] as const) {
    expect(heldOut(seen, 12, source)).toEqual({ train: seen - validation, validation });
  }
  expect(() => heldOut(11, 12, source)).toThrow(/^here: expected at least 12 images, got 11, .*; do this\.$/);
});
