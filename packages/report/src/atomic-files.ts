import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file of a report: its path below the report's folder with forward slashes, and its content. */
export interface ReportFile {
  readonly path: string;
  readonly content: string | Buffer;
}

/**
 * Writes files that exist already as content: each to a neighbour first and then renamed, so that a reader, or a report cut
 * short, never sees half a file.
 *
 * @returns the paths as given
 */
export async function writeFiles(folder: string, files: readonly ReportFile[]): Promise<string[]> {
  for (const { path, content } of files) {
    const target = join(folder, path);
    const unfinished = `${target}.unfinished-${process.pid}`;
    await mkdir(dirname(target), { recursive: true });
    try {
      await writeFile(unfinished, content);
      await rename(unfinished, target);
    } finally {
      await rm(unfinished, { force: true });
    }
  }
  return files.map(({ path }) => path);
}

/** Removes the pictures of an earlier report that this one did not write: those with `extension` directly in `subfolder`. */
export async function removeStale(
  folder: string,
  subfolder: string,
  extension: string,
  kept: readonly string[],
): Promise<void> {
  const entries = await readdir(join(folder, subfolder)).catch((): string[] => []);
  for (const entry of entries) {
    if (!entry.endsWith(extension) || kept.includes(`${subfolder}/${entry}`)) continue;
    await rm(join(folder, subfolder, entry), { force: true });
  }
}
