import type { Command } from 'commander';
import { DataError, datasets, downloadDataset, locateDataset, type Located, type Places } from '@kindred/data';
import { ProblemsError } from '@kindred/harness';
import { dataTable } from './data-table.ts';
import { DownloadLines } from './download-lines.ts';
import type { Output } from './progress.ts';
import { placesOf } from './settings.ts';

/** The command line of `pnpm bench data` as typed. */
export interface RawDataOptions {
  readonly dataDir?: string;
  readonly download?: string;
}

/** Adds `pnpm bench data`. */
export function addDataCommand(
  program: Command,
  action: (names: readonly string[], raw: RawDataOptions) => Promise<void>,
): void {
  program
    .command('data')
    .description('list datasets: where each was found, its size, its splits, how to get it')
    .argument('[names...]', 'datasets to list, such as image-folder:faces (default: all)')
    .option('--data-dir <folder>', 'where to look first: a dataset’s folder, or one with a sub-folder for each')
    .option('--download <name>', 'get a dataset into the cache folder; goes on where it was stopped')
    .action((names: readonly string[], raw: RawDataOptions) => {
      // Before the command's name it is the option of a run, which means the same.
      const { dataDir } = { ...program.opts<RawDataOptions>(), ...raw };
      return action(names, { ...raw, ...(dataDir !== undefined && { dataDir }) });
    });
}

/**
 * Downloads what is to be downloaded, then shows where datasets are: all that can be told of, whatever is wrong with others.
 *
 * @throws ProblemsError on names that are none, folders that are none, and what cannot be downloaded
 */
export async function showData(
  names: readonly string[],
  raw: RawDataOptions,
  io: { readonly output: Output; readonly signal: AbortSignal },
): Promise<void> {
  const places = placesOf(raw);
  if (raw.download !== undefined) await getDataset(raw.download, places, io);
  const asked = names.length > 0 ? names : datasets.map(({ name }) => name);
  const found: { readonly name: string; readonly located: Located }[] = [];
  const problems: string[] = [];
  for (const name of asked) {
    const located = await problemOr(() => locateDataset(name, places));
    if (typeof located === 'string') problems.push(located);
    else found.push({ name, located });
  }
  if (found.length > 0) io.output.write(dataTable(found, places));
  if (problems.length > 0) throw new ProblemsError('the data', [...new Set(problems)]);
}

async function getDataset(
  name: string,
  places: Places,
  { output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Promise<void> {
  const line = (text: string): void => void output.write(`${text}\n`);
  line(`Downloading ${name}`);
  const { onProgress } = new DownloadLines(line);
  const problem = await problemOr(() => downloadDataset(name, { places, signal, onProgress }));
  if (typeof problem === 'string') throw new ProblemsError(`--download ${name}`, [problem]);
  line(`${name} is there, its checksums are right\n`);
}

async function problemOr<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}
