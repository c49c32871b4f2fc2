import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampleFile } from '@kindred/harness';

/**
 * Reads a file of samples: float32 little-endian, [count, ...shape].
 *
 * @throws Error where the file is missing or has another length than count and shape say
 */
export async function readSamples(folder: string, { file, count, shape }: SampleFile): Promise<Float32Array> {
  const wanted = count * shape.reduce((product, size) => product * size, 1);
  const remedy = 'Delete the record beside it and run again with --resume.';
  const content = await readFile(join(folder, file)).catch((cause: unknown) => {
    throw new Error(`samples ${file}: expected a file of ${wanted} float32 values, but it cannot be read. ${remedy}`, {
      cause,
    });
  });
  if (content.byteLength !== 4 * wanted) {
    throw new Error(
      `samples ${file}: expected ${4 * wanted} bytes for ${count} samples of shape [${shape.join(', ')}], got ${content.byteLength}. ${remedy}`,
    );
  }
  return Float32Array.from({ length: wanted }, (_, index) => content.readFloatLE(4 * index));
}
