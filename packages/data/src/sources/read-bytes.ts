import { readFile } from 'node:fs/promises';
import { DataError, reasonOf } from '../data-error.ts';

/**
 * Reads a file whole.
 *
 * @param remedy ends the message
 * @throws DataError where it cannot be read, or is empty
 */
export async function readBytes(file: string, remedy: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new DataError(`${file}: expected a file to read, got ${reasonOf(cause)}; ${remedy}`, { cause });
  }
  if (bytes.length === 0) throw new DataError(`${file}: expected data, got 0 bytes; ${remedy}`);
  return bytes;
}
