import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach } from 'vitest';
import type { Places } from '../places.ts';

/** A folder of its own for each test of the file, and places that see nothing but sub-folders of it. */
export function useTemporaryFolder(): {
  path(...parts: readonly string[]): string;
  places(own?: Partial<Places>): Places;
} {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kindred-data-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const path = (...parts: readonly string[]) => join(folder, ...parts);
  return {
    path,
    places: (own = {}) => ({ cacheFolder: path('cache'), systemFolders: [path('system')], download: false, ...own }),
  };
}

/** Writes a file, its folders too. */
export async function put(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** An IDX file of unsigned bytes. */
export function idxFile(dimensions: readonly number[], data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + dimensions.length);
  for (const [i, dimension] of dimensions.entries()) view.setUint32(4 + 4 * i, dimension);
  bytes.set(data, 4 + 4 * dimensions.length);
  return bytes;
}

/** Images of 28 x 28 that tell themselves apart by their first pixels, with labels 0, 1, ... 9, 0, ... */
export function idxImages(count: number, offset = 0): { readonly images: Uint8Array; readonly labels: Uint8Array } {
  const pixels = new Uint8Array(count * 784);
  for (let i = 0; i < count; i++) {
    pixels[784 * i] = (i + offset) >> 8;
    pixels[784 * i + 1] = (i + offset) & 255;
  }
  return {
    images: idxFile([count, 28, 28], pixels),
    labels: idxFile(
      [count],
      Uint8Array.from({ length: count }, (_, i) => i % 10),
    ),
  };
}

/** The four files of a dataset in MNIST's form; compressed where the names say so. */
export async function putIdxSet(folder: string, { train = 120, test = 30, gzip = true } = {}): Promise<void> {
  const [seen, held] = [idxImages(train), idxImages(test, 40_000)];
  const ending = gzip ? '.gz' : '';
  const packed = (bytes: Uint8Array) => (gzip ? gzipSync(bytes) : bytes);
  await put(join(folder, `train-images-idx3-ubyte${ending}`), packed(seen.images));
  await put(join(folder, `train-labels-idx1-ubyte${ending}`), packed(seen.labels));
  await put(join(folder, `t10k-images-idx3-ubyte${ending}`), packed(held.images));
  await put(join(folder, `t10k-labels-idx1-ubyte${ending}`), packed(held.labels));
}
