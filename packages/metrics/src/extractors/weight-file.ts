import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a weight file holds: named float32 arrays, and a few numbers about them. */
export interface SavedWeights {
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** Accuracy on the held-out examples, 0 ... 1. */
  readonly accuracy: number;
}

interface Header {
  readonly key: string;
  readonly accuracy: number;
  readonly lengths: Readonly<Record<string, number>>;
}

/**
 * Writes weights under a key. The file is one line with the SHA-256 of the rest, one line of JSON, and the float32 values,
 * little-endian. It appears under its name only when it is whole: another process sees the old file, the new one or none.
 *
 * @throws Error that names the folder when it cannot be written
 */
export async function writeWeights(file: string, key: string, { weights, accuracy }: SavedWeights): Promise<void> {
  const lengths = Object.fromEntries(Object.entries(weights).map(([name, { length }]) => [name, length]));
  const header: Header = { key, accuracy, lengths };
  const body = Buffer.concat([
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...Object.values(weights).map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  ]);
  const unfinished = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(unfinished, Buffer.concat([Buffer.from(`${sha256(body)}\n`), body]));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {}); // the first error is the one to tell
    throw new Error(
      `classifier cache: cannot write ${file}; set XDG_CACHE_HOME to a folder that can be written, or pass cacheFolder.`,
      { cause: error },
    );
  }
}

/**
 * Reads weights that were written under `key`; undefined where there is no such file, or where it is damaged, cut short or under
 * another key: then they are to be made anew.
 *
 * @throws Error when the file is there but cannot be read
 */
export async function readWeights(file: string, key: string): Promise<SavedWeights | undefined> {
  const content = await readIfThere(file);
  if (!content) return undefined;
  const digestEnd = content.indexOf('\n');
  const body = content.subarray(digestEnd + 1);
  if (digestEnd < 0 || content.toString('latin1', 0, digestEnd) !== sha256(body)) return undefined;
  const headerEnd = body.indexOf('\n');
  const header = JSON.parse(body.toString('utf8', 0, headerEnd)) as Header; // the digest says that we wrote it
  if (header.key !== key) return undefined;
  const values = new Float32Array(new Uint8Array(body.subarray(headerEnd + 1)).buffer);
  const weights: Record<string, Float32Array> = {};
  let start = 0;
  for (const [name, length] of Object.entries(header.lengths)) {
    weights[name] = values.slice(start, start + length);
    start += length;
  }
  return { weights, accuracy: header.accuracy };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`classifier cache: cannot read ${file}; delete it, or pass another cacheFolder.`, { cause: error });
  }
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
