import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { put, useTemporaryFolder } from '../testing/data-files.ts';
import { download, type DownloadProgress, type Patience } from './download.ts';

const temporary = useTemporaryFolder();
const content = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));
const half = 100_000;
const sha256 = createHash('sha256').update(content).digest('hex');
const patience: Patience = { connect: 2000, stall: 2000, pause: 1, attempts: 3 };

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on the loopback that answers request after request as told, the last answer for ever, and keeps their headers. */
async function serve(...answers: Answer[]) {
  const asked: IncomingMessage['headers'][] = [];
  server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(request.headers);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/set.bin`;
  return { asked, remote: { name: 'set.bin', urls: [url], sha256 } };
}

/** The file, or the range asked for where the server can. */
const whole =
  ({ ranges = true, etag = '"v1"', bytes = content } = {}): Answer =>
  ({ headers }, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const current = headers['if-range'] === undefined || headers['if-range'] === etag;
    if (ranges && start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    } else if (ranges && start > 0 && current) {
      const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { etag, 'content-range': range, 'content-length': bytes.length - start });
      response.end(bytes.subarray(start));
    } else {
      response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
    }
  };

/** Half of the file, then the connection is cut, or nothing comes any more. */
const cut =
  ({ stall = false, bytes = content } = {}): Answer =>
  (_, response) => {
    response.writeHead(200, { etag: '"v1"', 'content-length': content.length });
    response.write(bytes.subarray(0, half), () => {
      if (!stall) setTimeout(() => response.destroy(), 20);
    });
  };

const folder = () => temporary.path('cache', 'set');
const files = async () => (await readdir(folder()).catch(() => [])).sort();

describe('download', () => {
  it('writes the file, tells of each piece, and asks for nothing once it is there', async () => {
    const { asked, remote } = await serve(whole());
    const told: DownloadProgress[] = [];
    await download(remote, folder(), { patience, onProgress: (progress) => told.push(progress) });
    expect((await readFile(`${folder()}/set.bin`)).equals(content)).toBe(true);
    expect(await files()).toEqual(['set.bin']);
    expect(told.at(-1)).toEqual({ file: 'set.bin', received: content.length, total: content.length });
    expect(asked[0]).toMatchObject({ 'accept-encoding': 'identity' });
    expect(asked[0]!.range).toBeUndefined();
    await download(remote, folder(), { patience });
    expect(asked).toHaveLength(1);
  });

  it('goes on after a cut connection, with the same version only', async () => {
    const { asked, remote } = await serve(cut(), whole());
    const told: DownloadProgress[] = [];
    await download(remote, folder(), { patience, onProgress: (progress) => told.push(progress) });
    expect((await readFile(`${folder()}/set.bin`)).equals(content)).toBe(true);
    const received = Number(/^bytes=(\d+)-$/.exec(asked[1]!.range!)![1]);
    expect(received).toBeGreaterThan(0);
    expect(asked[1]!['if-range']).toBe('"v1"');
    expect(told.find((progress) => progress.received > half)!.total).toBe(content.length);
  });

  it('leaves a part that a later call goes on from', async () => {
    const first = await serve(cut());
    await expect(download(first.remote, folder(), { patience: { ...patience, attempts: 1 } })).rejects.toThrow(
      /set\.bin: could not be downloaded:\n.*\n.*Try again.*put it into .*cache.set/,
    );
    expect(await files()).toEqual(['set.bin.part', 'set.bin.part.json']);
    server?.close();
    const second = await serve(whole());
    await download(second.remote, folder(), { patience });
    expect(second.asked[0]!.range).toMatch(/^bytes=[1-9]/);
    expect(await files()).toEqual(['set.bin']);
  });

  it.each([
    ['cannot send ranges', whole({ ranges: false })],
    ['has another version by now', whole({ etag: '"v2"' })],
  ])('begins again where the server %s', async (_, then) => {
    const { asked, remote } = await serve(cut(), then);
    await download(remote, folder(), { patience });
    expect(asked[1]!.range).toBeDefined();
    expect((await readFile(`${folder()}/set.bin`)).equals(content)).toBe(true);
  });

  it('takes a part that is whole already', async () => {
    const { remote } = await serve(whole());
    await put(`${folder()}/set.bin.part`, content);
    await download(remote, folder(), { patience });
    expect(await files()).toEqual(['set.bin']);
  });

  it('removes what has another checksum, and says both', async () => {
    const other = Buffer.from(content).fill(7, 10, 20);
    const { remote } = await serve(whole({ bytes: other }));
    const found = createHash('sha256').update(other).digest('hex');
    await expect(download(remote, folder(), { patience })).rejects.toThrow(
      `expected SHA-256 ${sha256}, got ${found}; what was received is removed`,
    );
    expect(await files()).toEqual([]);
  });

  it('begins again where the part was of something else: of an earlier call, or of an address before', async () => {
    const { asked, remote } = await serve(whole());
    await put(`${folder()}/set.bin.part`, 'something else');
    await download(remote, folder(), { patience });
    expect(asked.map(({ range }) => range)).toEqual(['bytes=14-', undefined]);
    expect((await readFile(`${folder()}/set.bin`)).equals(content)).toBe(true);
    server?.close();
    const lying = await serve(cut({ bytes: Buffer.from(content).fill(7, 10, 20) }), whole());
    const [url = ''] = lying.remote.urls;
    await download({ ...lying.remote, name: 'b', urls: [url, url] }, folder(), {
      patience: { ...patience, attempts: 1 },
    });
    expect(lying.asked).toHaveLength(3);
    expect((await readFile(`${folder()}/b`)).equals(content)).toBe(true);
    expect(await files()).toEqual(['b', 'set.bin']);
  });

  it('gets a file anew that is there with another checksum', async () => {
    const { remote } = await serve(whole());
    await put(`${folder()}/set.bin`, 'half of it');
    await download(remote, folder(), { patience });
    expect((await readFile(`${folder()}/set.bin`)).equals(content)).toBe(true);
  });

  it('does not wait for ever: not for an answer, not for the next byte', async () => {
    const brief = { ...patience, connect: 50, stall: 50, attempts: 2 };
    const silent = await serve(() => {});
    await expect(download(silent.remote, folder(), { patience: brief })).rejects.toThrow(/no answer within 0\.05 s/);
    expect(await files()).toEqual([]);
    server?.closeAllConnections();
    const stalled = await serve(cut({ stall: true }));
    await expect(download(stalled.remote, folder(), { patience: brief })).rejects.toThrow(/no byte for 0\.05 s/);
    expect(await files()).toEqual(['set.bin.part', 'set.bin.part.json']);
  });

  it('says each address and its status, and takes the next address', async () => {
    const { asked, remote } = await serve((_, response) => {
      response.writeHead(404).end('no');
    }, whole());
    await expect(download(remote, folder(), { patience })).rejects.toThrow(
      new RegExp(`${remote.urls[0]}: expected status 200, .*got 404 Not Found`),
    );
    expect(asked).toHaveLength(1);
    expect(await files()).toEqual([]);
    const gone = 'http://127.0.0.1:1/set.bin';
    await download({ ...remote, urls: [gone, ...remote.urls] }, folder(), { patience });
    expect(await files()).toEqual(['set.bin']);
    await expect(download({ ...remote, urls: [gone], name: 'b' }, folder(), { patience })).rejects.toThrow(
      /127\.0\.0\.1:1\/set\.bin: fetch failed: /,
    );
  });

  it('says it where the file cannot be put in its place', async () => {
    const { remote } = await serve(whole());
    await put(temporary.path('set.bin', 'inside'), 'a folder of that name');
    const downloading = download(remote, temporary.path(), { patience });
    await expect(downloading).rejects.toThrow(DataError);
    await expect(downloading).rejects.toThrow(
      /set\.bin: could not be downloaded:\n.*(EISDIR|ENOTEMPTY).*\n {2}Try again/,
    );
    await put(temporary.path('file'), 'no folder');
    await expect(download(remote, temporary.path('file'), { patience })).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  it('stops at the signal, and leaves the part', async () => {
    const { remote } = await serve(cut({ stall: true }));
    const stop = new AbortController();
    const reason = new Error('Ctrl-C');
    const running = download(remote, folder(), { patience, signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(running).rejects.toBe(reason);
    expect(await files()).toEqual(['set.bin.part', 'set.bin.part.json']);
  });
});
