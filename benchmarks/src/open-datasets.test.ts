import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { datasetNames } from '@kindred/data';
import { ProblemsError } from '@kindred/harness';
import { addDataCommand, showData, type RawDataOptions } from './data-command.ts';
import { openDatasets } from './open-datasets.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kindred-open-'));
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const nowhere = () => ({ cacheFolder: join(folder, 'cache'), systemFolders: [], download: false });

test('what planning needs of each dataset, in the order of the suite', async () => {
  const opened = await openDatasets(
    { datasets: ['ring@10%', 'grid'], dataSeed: 3 },
    { places: nowhere(), signal, line: () => {} },
  );
  expect(opened.map(({ name, splits }) => [name, splits.train.count, splits.test.count])).toEqual([
    ['ring@10%', 10_000, 10_000],
    ['grid', 100_000, 10_000],
  ]);
});

test('all that cannot be opened is said at once, with what to do', async () => {
  await mkdir(join(folder, 'cache', 'faces', 'empty'), { recursive: true });
  const datasets = ['fashion-mnist', 'ring', 'image-folder:faces', 'ring@200000'];
  const opening = openDatasets({ datasets, dataSeed: 0 }, { places: nowhere(), signal, line: () => {} });
  await expect(opening).rejects.toThrow(ProblemsError);
  // What belongs to a problem stands farther in than the problem.
  await expect(opening).rejects.toThrow(
    /\n {2}\S*faces: expected PNG.*\n {4}empty: a class without images\n {4}Repair these/,
  );
  await expect(opening).rejects.toThrow(
    /^the data has 3 problems:\n {2}fashion-mnist: its files are not there; get it with[^]*empty: a class without images\n[^]*\n {2}ring@200000/,
  );
});

test('what is wrong for several datasets is said once', async () => {
  const places = { ...nowhere(), dataFolder: join(folder, 'none') };
  const opening = openDatasets(
    { datasets: ['mnist', 'fashion-mnist'], dataSeed: 0 },
    { places, signal, line: () => {} },
  );
  await expect(opening).rejects.toThrow(/^the data has a problem:\n {2}data folder .*none: expected a folder to read/);
});

/** What `pnpm bench data` writes. */
async function shown(names: readonly string[], raw = {}): Promise<string> {
  let written = '';
  await showData(names, raw, { output: { write: (text) => (written += text) }, signal });
  return written;
}

test('`data` lists every dataset with where it is, its splits, and how to get it', async () => {
  await mkdir(join(folder, 'faces'));
  for (let i = 0; i < 20; i++) await writeFile(join(folder, 'faces', `${i}.png`), 'x'.repeat(100));
  const all = await shown([], { dataDir: folder });
  const lines = all.split('\n').map((line) => line.trim().split(/\s{2,}/));
  expect(lines.slice(2, 2 + datasetNames.length).map(([name]) => name)).toEqual(datasetNames);
  expect(all).toMatch(/ring +made +- +100000 +10000 +10000 +drawn from the seed/);
  expect(all).toMatch(/cifar-10\n {4}get it with `pnpm bench data --download cifar-10`/);
  expect(all).toMatch(new RegExp(`data folder +${folder}\n`));
  const own = await shown(['image-folder:faces,64'], { dataDir: folder });
  expect(own).toMatch(/image-folder:faces,64 +found +2 kB +16 +2 +2 +.*faces \(data folder\)/);
  expect(own).not.toContain('ring');
});

test('`data` says what is wrong with names and folders', async () => {
  await expect(shown(['mnits', 'ring:8', 'ring'])).rejects.toThrow(
    /the data has 2 problems:\n.*there is no dataset 'mnits'; choose one of mnist, .*\n.*ring takes nothing after a colon/,
  );
  await expect(shown([], { dataDir: join(folder, 'none') })).rejects.toThrow(
    /the data has a problem:\n {2}data folder .*none: expected a folder to read/,
  );
  await expect(shown([], { download: 'ring' })).rejects.toThrow(
    /--download ring has a problem:\n.*there is nothing to download, it is made/,
  );
  await expect(shown([], { download: 'mnits' })).rejects.toThrow(
    /--download mnits has a problem:\n.*there is no dataset/,
  );
});

test('the data folder may stand before the command or after it, which counts more', async () => {
  const parsed = async (...args: string[]): Promise<RawDataOptions | undefined> => {
    let seen: RawDataOptions | undefined;
    const program = new Command().option('--data-dir <folder>').enablePositionalOptions();
    addDataCommand(program, async (_names, raw) => void (seen = raw));
    await program.parseAsync(args, { from: 'user' });
    return seen;
  };
  expect(await parsed('--data-dir', 'a', 'data')).toEqual({ dataDir: 'a' });
  expect(await parsed('--data-dir', 'a', 'data', '--data-dir', 'b', '--download', 'c')).toEqual({
    dataDir: 'b',
    download: 'c',
  });
  expect(await parsed('data')).toEqual({});
});
