import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync } from 'node:zlib';
import { DataError, reasonOf } from '../data-error.ts';
import { readBytes } from './read-bytes.ts';

/** The first four bytes of a file of unsigned bytes with this many dimensions: 0, 0, 8 for the type, the dimensions. */
const magics = { labels: 0x0801, images: 0x0803 } as const;
type Kind = keyof typeof magics;

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
  { shape, classes, remedy }: IdxExpectation,
): Promise<IdxPair> {
  const images = await readIdx(files.images, 'images', remedy);
  const [count = 0, height, width] = images.dimensions;
  if (height !== shape[0] || width !== shape[1]) {
    throw new DataError(
      `${files.images}: holds images of ${height} x ${width}, expected ${shape.join(' x ')}; it is not of this dataset: ${remedy}`,
    );
  }
  const labels = await readIdx(files.labels, 'labels', remedy);
  const wrong = labels.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new DataError(
      `${files.labels}: label ${labels.data[wrong]} at place ${wrong} is outside 0 ... ${classes - 1}; ${remedy}`,
    );
  }
  if (labels.data.length !== count) {
    throw new DataError(
      `${files.images} and ${files.labels}: expected as many images as labels, got ${count} images and ${labels.data.length} labels; they are not of one set: ${remedy}`,
    );
  }
  return { pixels: images.data, labels: labels.data };
}

/**
 * SHA-256 of a file's content, decompressed, hexadecimal: tells datasets apart whose files have the same names.
 *
 * @throws DataError where the file is empty, cannot be read, or is no whole gzip data
 */
export async function hashIdx(file: string, remedy: string): Promise<string> {
  const content = await decompressed(file, await readBytes(file, remedy), remedy);
  return createHash('sha256').update(content).digest('hex');
}

/** Bytes that hold a header for sure, compressed or not. */
const enough = 1024;

/** The number of examples that the file's header states; null where it has none. Little of the file is read. */
export async function countIdx(file: string): Promise<number | null> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(enough), 0, enough, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const start = isGzip(bytes) ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes;
    return start.length < 8 ? null : new DataView(start.buffer, start.byteOffset).getUint32(4);
  } catch {
    // Opening the dataset says what is wrong with the file.
    return null;
  } finally {
    await handle.close();
  }
}

interface Idx {
  readonly dimensions: readonly number[];
  readonly data: Uint8Array;
}

async function readIdx(file: string, kind: Kind, remedy: string): Promise<Idx> {
  const content = await decompressed(file, await readBytes(file, remedy), remedy);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const rank = magics[kind] & 255;
  const header = 4 * (1 + rank);
  const magic = content.length < 4 ? Number.NaN : view.getUint32(0);
  if (magic !== magics[kind]) {
    throw new DataError(
      `${file}: expected IDX ${kind}, which begin with ${hex(magics[kind])}; it begins with ${beginning(content, magic)}; ${remedy}`,
    );
  }
  const dimensions = Array.from({ length: rank }, (_, i) =>
    content.length < header ? 0 : view.getUint32(4 * (1 + i)),
  );
  const length = header + dimensions.reduce((product, dimension) => product * dimension, 1);
  const shape = dimensions.join(' x ');
  if (dimensions.includes(0)) {
    const what = content.length < header ? `${content.length} bytes, less than a header` : `dimensions ${shape}`;
    throw new DataError(`${file}: expected at least one example, got ${what}; ${remedy}`);
  }
  if (content.length !== length) {
    const difference = Math.abs(content.length - length);
    const state = content.length < length ? `it is cut short by ${difference}` : `it has ${difference} too many`;
    throw new DataError(
      `${file}: expected ${length} bytes for ${kind} of ${shape}, got ${content.length}; ${state}: ${remedy}`,
    );
  }
  return { dimensions, data: content.subarray(header) };
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
  const other = (Object.keys(magics) as Kind[]).find((kind) => magics[kind] === magic);
  if (other) return `${hex(magic)}, the mark of ${other} (are the two files swapped?)`;
  const text = String.fromCharCode(...content.subarray(0, 12));
  if (/^\s*<(!|html|\?xml)/i.test(text))
    return `${hex(magic)}, a web page (was its address saved in place of the file?)`;
  return hex(magic);
}
