import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arrays } from './work.ts';

/** Writes arrays for the peer: one file of raw little-endian values each, and `index.json` with names, shapes and types. */
export async function writeArrays(folder: string, arrays: Arrays): Promise<void> {
  await mkdir(folder, { recursive: true });
  const index = Object.entries(arrays).map(([name, { shape, values }], i) => ({
    name,
    shape,
    dtype: values instanceof Int32Array ? 'int32' : 'float32',
    file: `${i}.bin`,
  }));
  for (const [i, { values }] of Object.values(arrays).entries()) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    await writeFile(join(folder, `${i}.bin`), bytes);
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index, null, 1));
}
