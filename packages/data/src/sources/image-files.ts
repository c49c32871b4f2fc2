import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, reasonOf } from '../data-error.ts';
import type { ImagePool } from '../splits/image-pool.ts';
import type { ImageSpec, Labels } from '../types.ts';
import { decodeImage } from './decode-image.ts';

/** Image files by class. */
export interface ImageListing {
  /** Sub-folders in the order of their names' code units; none where the images lie in the folder itself. */
  readonly classes: readonly string[];
  readonly files: readonly ImageFile[];
  /** Of all files. */
  readonly bytes: number;
  /** What is wrong with it: an empty class, a folder within a class, a file beside the class folders, an empty file or folder, a link to nothing. */
  readonly problems: readonly string[];
}

interface ImageFile {
  /** From the folder on. */
  readonly path: string;
  readonly label: number;
}

/** Problems that a message lists; more are counted. */
const listed = 20;

/** Images decoded at once: sharp has threads of its own. */
const atOnce = 4;

/**
 * The image files of a folder: each sub-folder is a class; without sub-folders all are of one, without labels. Hidden files and
 * folders are passed over.
 *
 * @throws DataError where the folder or one of its sub-folders cannot be read; all else that is wrong is among the problems
 */
export async function listImages(folder: string): Promise<ImageListing> {
  const entries = await entriesOf(folder);
  const classes = entries.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  const files: ImageFile[] = [];
  const problems: string[] = entries.length === 0 ? ['the folder is empty'] : [];
  let bytes = 0;
  const add = (path: string, label: number, size: number | null): void => {
    bytes += size ?? 0;
    if (size === null) problems.push(`${path}: no file, nor a link to one`);
    else if (size === 0) problems.push(`${path}: 0 bytes`);
    else files.push({ path, label });
  };
  for (const { name, size } of entries.filter(({ isFolder }) => !isFolder)) {
    if (classes.length === 0) add(name, 0, size);
    else problems.push(`${name}: lies beside the folders of classes`);
  }
  for (const [label, name] of classes.entries()) {
    const own = await entriesOf(join(folder, name));
    if (own.length === 0) problems.push(`${name}: a class without images`);
    for (const entry of own) {
      const path = join(name, entry.name);
      if (entry.isFolder) problems.push(`${path}: a folder within a class`);
      else add(path, label, entry.size);
    }
  }
  return { classes, files, bytes, problems };
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Null for what is no file: a link to nothing, a pipe. */
  readonly size: number | null;
}

/** In an order that no locale changes; links are followed. @throws DataError where it is no folder to read */
async function entriesOf(folder: string): Promise<Entry[]> {
  const names = (await namesIn(folder)).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    names.map(async (name): Promise<Entry> => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return { name, isFolder: found?.isDirectory() ?? false, size: found?.isFile() ? found.size : null };
    }),
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new DataError(
      `${folder}: expected a folder to read, got ${reasonOf(cause)}; make it readable, or take it away.`,
      { cause },
    );
  }
}

/**
 * Decodes images, each scaled and cropped to a square about its centre: [count, size, size, channels], with one channel where
 * all of them are grey, else three.
 *
 * @throws DataError with all problems of the listing, and all files that are no PNG, JPEG or WebP, or are corrupt
 */
export async function decodeImages(
  folder: string,
  { classes, files, problems }: ImageListing,
  size: number,
): Promise<ImagePool & { readonly spec: ImageSpec }> {
  const values = size * size * 3;
  const colour = new Uint8Array(files.length * values);
  const corrupt: { readonly place: number; readonly text: string }[] = [];
  const queue = files.entries();
  const work = async (): Promise<void> => {
    for (const [place, { path }] of queue) {
      const decoded = await decodeImage(join(folder, path), size);
      if ('problem' in decoded) corrupt.push({ place, text: `${path}: ${decoded.problem}` });
      else colour.set(decoded.pixels, place * values);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const inOrder = corrupt.sort((a, b) => a.place - b.place);
  refuseProblems(folder, [...problems, ...inOrder.map(({ text }) => text)]);
  const grey = isGrey(colour);
  const shape = [size, size, grey ? 1 : 3] as const;
  return {
    pixels: grey ? Uint8Array.from({ length: colour.length / 3 }, (_, i) => colour[3 * i] ?? 0) : colour,
    labels: classes.length === 0 ? null : labelsOf(files, classes.length),
    spec: { kind: 'image', shape, range: [0, 1], classes: classes.length },
  };
}

function labelsOf(files: readonly ImageFile[], classes: number): Labels {
  const labels = files.map(({ label }) => label);
  return classes > 256 ? Uint16Array.from(labels) : Uint8Array.from(labels);
}

function isGrey(colour: Uint8Array): boolean {
  for (let i = 0; i < colour.length; i += 3) {
    if (colour[i] !== colour[i + 1] || colour[i] !== colour[i + 2]) return false;
  }
  return true;
}

/** @throws DataError with the problems, the first twenty of them, where there are any */
export function refuseProblems(folder: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const rest = problems.length - listed;
  const lines = [...problems.slice(0, listed), ...(rest > 0 ? [`and ${rest} more`] : [])];
  throw new DataError(
    `${folder}: expected PNG, JPEG or WebP images, in one sub-folder per class or all in the folder; ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n  ${lines.join('\n  ')}\n  Repair these or take them out of the folder.`,
  );
}
