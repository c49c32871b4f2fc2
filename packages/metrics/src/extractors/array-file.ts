import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sha256 } from './sha256.ts';

/** What an array file holds: named float32 arrays, and named numbers about them. */
export interface SavedArrays {
  readonly arrays: Readonly<Record<string, Float32Array>>;
  readonly numbers: Readonly<Record<string, number>>;
}

interface Header {
  readonly key: string;
  readonly numbers: Readonly<Record<string, number>>;
  readonly lengths: Readonly<Record<string, number>>;
}

/**
 * Writes arrays under a key: weights of a classifier, features of real data. The file is one line with the SHA-256 of the rest, one
 * line of JSON, and the float32 values, little-endian. It appears under its name only when it is whole: another process sees the
 * old file, the new one or none.
 *
 * @throws Error that names the file when it cannot be written
 */
export async function writeArrays(file: string, key: string, { arrays, numbers }: SavedArrays): Promise<void> {
  const lengths = Object.fromEntries(Object.entries(arrays).map(([name, { length }]) => [name, length]));
  const header: Header = { key, numbers, lengths };
  const body = Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...Object.values(arrays).map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  ]);
  const unfinished = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, Buffer.concat([Buffer.from(`${sha256(body)}\n`), body]));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {}); // the first error is the one to tell
    throw new Error(
      `extractor cache: cannot write ${file}; set XDG_CACHE_HOME to a folder that can be written, or pass cacheFolder.`,
      { cause: error },
    );
  }
}

/**
 * Reads arrays that were written under `key`; undefined where there is no such file, or where it is damaged, cut short or under
 * another key: then they are to be made anew.
 *
 * @throws Error when the file is there but cannot be read
 */
export async function readArrays(file: string, key: string): Promise<SavedArrays | undefined> {
  const content = await readIfThere(file);
  if (!content) return undefined;
  const digestEnd = content.indexOf('\n');
  const body = content.subarray(digestEnd + 1);
  if (digestEnd < 0 || content.toString('latin1', 0, digestEnd) !== sha256(body)) return undefined;
  const headerEnd = body.indexOf('\n');
  const header = JSON.parse(body.toString('utf8', 0, headerEnd)) as Header; // the digest says that we wrote it
  if (header.key !== key) return undefined;
  const values = new Float32Array(new Uint8Array(body.subarray(headerEnd + 1)).buffer);
  const arrays: Record<string, Float32Array> = {};
  let start = 0;
  for (const [name, length] of Object.entries(header.lengths)) {
    arrays[name] = values.slice(start, start + length);
    start += length;
  }
  return { arrays, numbers: header.numbers };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`extractor cache: cannot read ${file}; delete it, or pass another cacheFolder.`, { cause: error });
  }
}
