import { join } from 'node:path';
import { DataError, reasonOf } from '../data-error.ts';
import type { ImagePool } from '../splits/image-pool.ts';
import { readBytes } from './read-bytes.ts';

/** The files of CIFAR-10's binary version: five of training images, one of test images. */
export const cifarBatches = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
export const cifarTest = 'test_batch.bin';
export const cifarFiles: readonly string[] = [...cifarBatches, cifarTest];

/** Folder of the six files within the archive. */
export const archiveFolder = 'cifar-10-batches-bin';

/** Pixels of a channel. */
const plane = 32 * 32;
/** Bytes of an example: its label, then its red, green and blue planes. */
export const record = 1 + 3 * plane;
const classes = 10;

/** Contents of the six files by name. */
export type CifarContents = ReadonlyMap<string, Uint8Array>;

/** Reads the six files from a folder. @throws DataError where one is missing or empty */
export async function readCifarFolder(folder: string, remedy: string): Promise<CifarContents> {
  const contents = new Map<string, Uint8Array>();
  for (const file of cifarFiles) contents.set(file, await readBytes(join(folder, file), remedy));
  return contents;
}

/**
 * Reads the six files from the archive, compressed or not, without unpacking it to disk.
 *
 * @throws DataError where it is cut short, corrupt, no archive, or lacks one of them
 */
export async function readCifarArchive(archive: string, remedy: string): Promise<CifarContents> {
  const { list } = await import('tar');
  const contents = new Map<string, Uint8Array>();
  const reading: Promise<unknown>[] = [];
  try {
    await list({
      file: archive,
      strict: true,
      onReadEntry(entry) {
        const name = cifarFiles.find((file) => entry.path === `${archiveFolder}/${file}` || entry.path === file);
        if (name === undefined) entry.resume();
        else reading.push(entry.concat().then((bytes) => contents.set(name, bytes)));
      },
    });
    await Promise.all(reading);
  } catch (cause) {
    throw new DataError(`${archive}: expected a whole tar archive, got ${reasonOf(cause)}; ${remedy}`, { cause });
  }
  const lacking = cifarFiles.filter((file) => !contents.has(file));
  if (lacking.length > 0) {
    throw new DataError(
      `${archive}: expected ${cifarFiles.length} files of images, ${lacking.join(', ')} not in it; ${remedy}`,
    );
  }
  return contents;
}

/**
 * The images of the six files, with the three channels of a pixel side by side as everywhere here.
 *
 * @param source names the folder or archive in messages
 * @throws DataError where a file does not hold whole examples, as many as the others, or a label is no class
 * @see Krizhevsky 2009, "Learning multiple layers of features from tiny images"
 */
export function decodeCifar(
  contents: CifarContents,
  source: string,
  remedy: string,
): { readonly train: ImagePool; readonly test: ImagePool } {
  const length = contents.get(cifarTest)?.length ?? 0;
  for (const [file, bytes] of contents) {
    if (bytes.length === 0 || bytes.length % record !== 0) {
      throw new DataError(
        `${source}: ${file} has ${bytes.length} bytes, expected a multiple of ${record} (30 730 000 in the published set); it is cut short or no such file: ${remedy}`,
      );
    }
    if (bytes.length !== length) {
      throw new DataError(
        `${source}: ${file} has ${bytes.length / record} examples and ${cifarTest} ${length / record}, expected the same number in all; one of them is cut short: ${remedy}`,
      );
    }
  }
  const decode = (files: readonly string[]): ImagePool => decodePool(files, contents, { source, remedy });
  return { train: decode(cifarBatches), test: decode([cifarTest]) };
}

function decodePool(
  files: readonly string[],
  contents: CifarContents,
  { source, remedy }: { readonly source: string; readonly remedy: string },
): ImagePool {
  const parts = files.map((file) => ({ file, bytes: contents.get(file) ?? new Uint8Array() }));
  const count = parts.reduce((sum, { bytes }) => sum + bytes.length, 0) / record;
  const pixels = new Uint8Array(count * 3 * plane);
  const labels = new Uint8Array(count);
  let row = 0;
  for (const { file, bytes } of parts) {
    for (let start = 0; start < bytes.length; start += record, row++) {
      const label = bytes[start] as number;
      if (label >= classes) {
        const place = start / record;
        throw new DataError(
          `${source}: ${file} has label ${label} at example ${place}, outside 0 ... ${classes - 1}; ${remedy}`,
        );
      }
      labels[row] = label;
      interleave(bytes, start + 1, pixels, row * 3 * plane);
    }
  }
  return { pixels, labels };
}

/** Planes [3, 32, 32] from `start` on to pixels [32, 32, 3] from `at` on. */
function interleave(bytes: Uint8Array, start: number, pixels: Uint8Array, at: number): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < plane; i++) pixels[at + 3 * i + channel] = bytes[start + channel * plane + i] as number;
  }
}
