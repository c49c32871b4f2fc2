import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataError, reasonOf } from '../data-error.ts';

/** A file that is known before it is fetched. */
export interface RemoteFile {
  readonly name: string;
  /** Where it is, the same file at each; the first that works is taken. */
  readonly urls: readonly string[];
  /** Hexadecimal. */
  readonly sha256: string;
}

/** How far a download is. */
export interface DownloadProgress {
  /** The file's name, without folders. */
  readonly file: string;
  /** Bytes that are there, those of an earlier attempt included. */
  readonly received: number;
  /** Bytes in all; null where the server does not say. */
  readonly total: number | null;
}

/** Milliseconds to wait, and how often to go on after a cut. */
export interface Patience {
  /** For the server's first word. */
  readonly connect: number;
  /** For the next bytes. */
  readonly stall: number;
  /** Before the next attempt. */
  readonly pause: number;
  /** Attempts at one address, as long as each brings more bytes. */
  readonly attempts: number;
}

/** How a download is followed and ended. */
export interface DownloadContext {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: DownloadProgress) => void;
}

interface DownloadOptions extends DownloadContext {
  readonly patience?: Patience;
}

const usualPatience: Patience = { connect: 30_000, stall: 30_000, pause: 1000, attempts: 10 };

/**
 * Downloads a file into a folder. Bytes go to a `.part` file, which gets the file's name once its SHA-256 is right: under that
 * name the file is whole or not there. What a cut, a stall or the signal left in the `.part` is gone on from, now or by a later
 * call, where the server can (HTTP ranges); a part that turns out to be wrong is thrown away and received anew. A file that is
 * there and right is not asked for.
 *
 * @throws DataError where no address gives the file, or what it gives has another SHA-256, which removes it; the signal's reason
 */
export async function download(remote: RemoteFile, folder: string, options: DownloadOptions = {}): Promise<void> {
  const file = join(folder, remote.name);
  // One that cannot be read is no better than none: it is received anew.
  if ((await sizeOf(file)) > 0 && (await sha256Of(file).catch(() => null)) === remote.sha256) return;
  const failures: string[] = [];
  for (const url of remote.urls) {
    const failure = await obtain(url, remote, file, options).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      return reasonOf(error); // of the folder: it is full, a folder stands in the place of the file
    });
    if (failure === null) return;
    failures.push(`${url}: ${failure}`);
  }
  throw new DataError(
    `${remote.name}: could not be downloaded:\n  ${failures.join('\n  ')}\n  Try again (a part that was received is gone on from), or get the file by other means and put it into ${folder}.`,
  );
}

/** Receives the file and checks it. @returns null once it has its name, or in words why not */
async function obtain(url: string, remote: RemoteFile, file: string, options: DownloadOptions): Promise<string | null> {
  const part = `${file}.part`;
  const begun = (await sizeOf(part)) > 0;
  const failure = await receiveAll(url, part, remote.name, options);
  if (failure !== null) return failure;
  const found = await sha256Of(part);
  await rm(noteOf(part), { force: true });
  if (found === remote.sha256) {
    await rename(part, file);
    return null;
  }
  await rm(part, { force: true });
  // What an earlier call or another address left may have been wrong: once more, from the first byte on.
  if (begun) return obtain(url, remote, file, options);
  return `expected SHA-256 ${remote.sha256}, got ${found}; what was received is removed`;
}

/** Receives until the server says that all is there. @returns null, or in words why it is not */
async function receiveAll(
  url: string,
  part: string,
  name: string,
  { signal, onProgress, patience = usualPatience }: DownloadOptions,
): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const before = await sizeOf(part);
    const watch = new Watch(signal);
    try {
      await receive(url, part, watch, patience, (received, total) => onProgress?.({ file: name, received, total }));
      return null;
    } catch (error) {
      signal?.throwIfAborted();
      if ((await sizeOf(part)) <= before || attempt >= patience.attempts) return reasonOf(error);
    } finally {
      watch.end();
    }
    await pause(patience.pause, undefined, { ...(signal && { signal }) }).catch(() => {});
  }
}

/** One request: the rest of the file where a part is there and the server can, else the whole. */
async function receive(
  url: string,
  part: string,
  watch: Watch,
  { connect, stall }: Patience,
  tell: (received: number, total: number | null) => void,
): Promise<void> {
  const have = await sizeOf(part);
  watch.expect(connect, `no answer within ${connect / 1000} s`);
  const response = await fetch(url, { headers: await headersFor(url, part, have), signal: watch.signal });
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const resumed = response.status === 206 && Number(range?.[1]) === have;
  if (!resumed && response.status !== 200) {
    // What is not read would keep the connection.
    await response.body?.cancel();
    // The part is as long as the file already: its hash will tell.
    if (have > 0 && response.status === 416) return;
    throw new Error(`expected status 200, or 206 from byte ${have} on, got ${response.status} ${response.statusText}`);
  }
  const length = resumed ? range?.[2] : response.headers.get('content-length');
  const total = length && length !== '*' ? Number(length) : null;
  await mkdir(dirname(part), { recursive: true });
  await writeFile(noteOf(part), JSON.stringify({ url, etag: response.headers.get('etag') }));
  const handle = await open(part, resumed ? 'a' : 'w');
  let received = resumed ? have : 0;
  try {
    watch.expect(stall, `no byte for ${stall / 1000} s`);
    for await (const chunk of response.body ?? []) {
      await handle.writeFile(chunk as Uint8Array);
      received += (chunk as Uint8Array).length;
      tell(received, total);
      watch.expect(stall, `no byte for ${stall / 1000} s`);
    }
  } finally {
    await handle.close();
  }
  if (total !== null && received < total) throw new Error(`the connection ended after ${received} of ${total} bytes`);
}

/** Asks for the rest only of the very file that the part began with, where the server gave it an ETag. */
async function headersFor(url: string, part: string, have: number): Promise<Record<string, string>> {
  // Compressed for the way, a file would be of another length.
  const headers = { 'accept-encoding': 'identity' };
  if (have === 0) return headers;
  const note = await readNote(part);
  const strong = note?.url === url && note.etag && !note.etag.startsWith('W/') ? { 'if-range': note.etag } : {};
  return { ...headers, range: `bytes=${have}-`, ...strong };
}

/** Beside a part: where it comes from, and which version of the file it is. */
const noteOf = (part: string): string => `${part}.json`;

async function readNote(part: string): Promise<{ url?: string; etag?: string | null } | undefined> {
  try {
    return JSON.parse(await readFile(noteOf(part), 'utf8')) as { url?: string; etag?: string | null };
  } catch {
    // Without it the hash still tells whether the parts fit.
    return undefined;
  }
}

/** Aborts what runs with its signal where nothing comes in time, or where the caller's own signal does. */
class Watch {
  readonly signal: AbortSignal;
  readonly #late = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal ? AbortSignal.any([signal, this.#late.signal]) : this.#late.signal;
  }

  /** Something must come within `milliseconds` from now. */
  expect(milliseconds: number, otherwise: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#late.abort(new Error(otherwise)), milliseconds);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** 0 where there is no such file; a folder is none. */
async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : 0;
  } catch {
    return 0;
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
