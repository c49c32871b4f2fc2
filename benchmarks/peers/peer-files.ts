import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape, Values } from '@kindred/engine';

/** Arrays by name. */
export type FileArrays = Readonly<Record<string, { readonly shape: Shape; readonly values: Values }>>;

/**
 * Writes arrays for PyTorch: one file of raw little-endian values each, and `index.json` with names, shapes and types. An array whose values are
 * all the same has no file, but that value as `fill`.
 */
export async function writeArrays(folder: string, arrays: FileArrays): Promise<void> {
  await mkdir(folder, { recursive: true });
  const index: object[] = [];
  for (const [i, [name, { shape, values }]] of Object.entries(arrays).entries()) {
    const [first = 0] = values;
    const entry = { name, shape, dtype: dtypeOf(values) };
    if (values.every((value: number) => value === first)) {
      index.push({ ...entry, fill: first });
      continue;
    }
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    await writeFile(join(folder, `${i}.bin`), bytes);
    index.push({ ...entry, file: `${i}.bin` });
  }
  await writeFile(join(folder, 'index.json'), JSON.stringify(index, null, 1));
}

function dtypeOf(values: Values): 'float32' | 'int32' | 'uint8' {
  if (values instanceof Int32Array) return 'int32';
  return values instanceof Float32Array ? 'float32' : 'uint8';
}
