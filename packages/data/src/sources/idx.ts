import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync } from 'node:zlib';
import { DataError, reasonOf } from '../data-error.ts';
import { readBytes } from './read-bytes.ts';

/** The first four bytes of a file of unsigned bytes with this many dimensions: 0, 0, 8 for the type, the dimensions. */
const magics = { labels: 0x0801, images: 0x0803 } as const;
export type IdxKind = keyof typeof magics;

/** An IDX file in memory. */
export interface IdxFile {
  readonly path: string;
  readonly kind: IdxKind;
  /** Examples. */
  readonly count: number;
  /** [height, width] of images; none of labels. */
  readonly shape: readonly number[];
  /** All of it, decompressed, header included. */
  readonly content: Uint8Array;
  /** What follows the header: [count, ...shape] */
  readonly data: Uint8Array;
}

/** Labelled images as they lie in a pair of IDX files. */
export interface IdxPair {
  /** One byte per intensity: [count, height, width] */
  readonly pixels: Uint8Array;
  /** [count], in 0 ... classes - 1 */
  readonly labels: Uint8Array;
}

export interface IdxExpectation {
  /** [height, width] */
  readonly shape: readonly [number, number];
  readonly classes: number;
  /** What to do where a file is no good; ends error messages. */
  readonly remedy: string;
  /** Throws DataError on a file, sound in itself, that is not the one meant; each of the two is passed to it. */
  readonly verify?: (file: IdxFile) => void;
}

/**
 * Reads images and their labels from IDX files, plain or compressed with gzip whatever their names say.
 *
 * @throws DataError that names the file, what was expected, what was found and the remedy: on a file that is empty, cut short,
 * too long, corrupt or of another kind, on images of another shape, on labels that are no class, and where the counts differ
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition"; the format is described with MNIST
 */
export async function readIdxPair(
  files: { readonly images: string; readonly labels: string },
  { shape, classes, remedy, verify }: IdxExpectation,
): Promise<IdxPair> {
  const images = await readIdx(files.images, 'images', remedy);
  const [height, width] = images.shape;
  if (height !== shape[0] || width !== shape[1]) {
    throw new DataError(
      `${files.images}: holds images of ${height} x ${width}, expected ${shape.join(' x ')}; it is not of this dataset: ${remedy}`,
    );
  }
  verify?.(images);
  const labels = await readIdx(files.labels, 'labels', remedy);
  verify?.(labels);
  const wrong = labels.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DataError(
      `${files.labels}: label ${labels.data[wrong]} at place ${wrong} is outside 0 ... ${classes - 1}; ${remedy}`,
    );
  }
  if (labels.count !== images.count) {
    throw new DataError(
      `${files.images} and ${files.labels}: expected as many images as labels, got ${images.count} images and ${labels.count} labels; they are not of one set: ${remedy}`,
    );
  }
  return { pixels: images.data, labels: labels.data };
}

/** Bytes that hold a header for sure, compressed or not. */
const enough = 1024;

/**
 * The number of examples that the file's header states; null where it has none. Little of the file is read.
 *
 * @param remedy ends the message
 * @throws DataError where the file cannot be read
 */
export async function countIdx(file: string, remedy: string): Promise<number | null> {
  const bytes = await readStart(file, remedy);
  try {
    const start = isGzip(bytes) ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes;
    return start.length < 8 ? null : new DataView(start.buffer, start.byteOffset).getUint32(4);
  } catch {
    // Opening the dataset says what is wrong with the file.
    return null;
  }
}

async function readStart(file: string, remedy: string): Promise<Uint8Array> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(enough), 0, enough, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new DataError(`${file}: expected a file to read, got ${reasonOf(cause)}; ${remedy}`, { cause });
  }
}

/**
 * Reads an IDX file, plain or compressed.
 *
 * @param remedy ends the message
 * @throws DataError on a file that cannot be read, is empty, cut short, too long, corrupt or of another kind, or holds no example
 */
export async function readIdx(path: string, kind: IdxKind, remedy: string): Promise<IdxFile> {
  const content = await decompressed(path, await readBytes(path, remedy), remedy);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const rank = magics[kind] & 255;
  const header = 4 * (1 + rank);
  const magic = content.length < 4 ? Number.NaN : view.getUint32(0);
  if (magic !== magics[kind]) {
    throw new DataError(
      `${path}: expected IDX ${kind}, which begin with ${hex(magics[kind])}; it begins with ${beginning(content, magic)}; ${remedy}`,
    );
  }
  const dimensions = Array.from({ length: rank }, (_, i) =>
    content.length < header ? 0 : view.getUint32(4 * (1 + i)),
  );
  const length = header + dimensions.reduce((product, dimension) => product * dimension, 1);
  const sizes = dimensions.join(' x ');
  if (dimensions.includes(0)) {
    const what = content.length < header ? `${content.length} bytes, less than a header` : `dimensions ${sizes}`;
    throw new DataError(`${path}: expected at least one example, got ${what}; ${remedy}`);
  }
  if (content.length !== length) {
    const difference = Math.abs(content.length - length);
    const state = content.length < length ? `it is cut short by ${difference}` : `it has ${difference} too many`;
    throw new DataError(
      `${path}: expected ${length} bytes for ${kind} of ${sizes}, got ${content.length}; ${state}: ${remedy}`,
    );
  }
  const [count = 0, ...shape] = dimensions;
  return { path, kind, count, shape, content, data: content.subarray(header) };
}

/** By content, not by name: gzip's first two bytes begin no IDX file. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The content of a file that may be compressed. */
async function decompressed(file: string, bytes: Uint8Array, remedy: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  try {
    return await promisify(gunzip)(bytes);
  } catch (cause) {
    const what = reasonOf(cause);
    const state = what.includes('unexpected end') ? 'it is cut short' : 'it is corrupt';
    throw new DataError(
      `${file}: expected whole gzip data, got ${bytes.length} bytes with '${what}'; ${state}: ${remedy}`,
      {
        cause,
      },
    );
  }
}

const hex = (magic: number): string => `0x${magic.toString(16).padStart(8, '0')}`;

/** What a file begins with, in words where it is a common mistake. */
function beginning(content: Uint8Array, magic: number): string {
  if (Number.isNaN(magic)) return `${content.length} bytes in all`;
  const other = (Object.keys(magics) as IdxKind[]).find((kind) => magics[kind] === magic);
  if (other) return `${hex(magic)}, the mark of ${other} (are the two files swapped?)`;
  const text = String.fromCharCode(...content.subarray(0, 12));
  if (/^\s*<(!|html|\?xml)/i.test(text))
    return `${hex(magic)}, a web page (was its address saved in place of the file?)`;
  return hex(magic);
}
