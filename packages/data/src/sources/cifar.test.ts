import { mkdir, readFile, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { create } from 'tar';
import { openDataset, locateDataset } from '../open-dataset.ts';
import { put, useTemporaryFolder } from '../testing/data-files.ts';
import { splitNames } from '../types.ts';
import { cifarFiles, decodeCifar, record } from './cifar.ts';

const temporary = useTemporaryFolder();

/** `count` examples: pixel i of channel c is (label + i + 80 c) mod 256, but for the first, which numbers the example. */
function batch(count: number, offset: number): Uint8Array {
  const bytes = new Uint8Array(count * record);
  for (let row = 0; row < count; row++) {
    const label = (row + offset) % 10;
    bytes[row * record] = label;
    for (let i = 0; i < 3072; i++) bytes[row * record + 1 + i] = label + (i % 1024) + 80 * Math.floor(i / 1024);
    bytes[row * record + 1] = row + offset;
  }
  return bytes;
}

/** The six files, 20 examples each. */
const six = new Map(cifarFiles.map((file, i) => [file, batch(20, 20 * i)]));

async function putSix(...folder: string[]): Promise<void> {
  for (const [file, bytes] of six) await put(temporary.path(...folder, file), bytes);
}

/** The archive as it is published: the six files in a folder, compressed. */
async function putArchive(): Promise<string> {
  await putSix('packing', 'cifar-10-batches-bin');
  await mkdir(temporary.path('cache', 'cifar-10'), { recursive: true });
  const file = temporary.path('cache', 'cifar-10', 'cifar-10-binary.tar.gz');
  await create({ file, gzip: true, cwd: temporary.path('packing') }, ['cifar-10-batches-bin']);
  return file;
}

const open = (seed = 0) => openDataset('cifar-10', { seed, places: temporary.places() });

describe('cifar-10', () => {
  it('reads the six files and the archive alike, whichever way they lie', async () => {
    await putArchive();
    const packed = await open();
    expect(await locateDataset('cifar-10', temporary.places())).toMatchObject({ state: 'found', counts: null });
    await putSix('cache', 'cifar-10', 'cifar-10-batches-bin');
    const unpacked = await open();
    await putSix('cache', 'cifar-10');
    expect(new Set([packed.hash, unpacked.hash, (await open()).hash]).size).toBe(1);
    expect(await locateDataset('cifar-10', temporary.places())).toMatchObject({
      state: 'found',
      counts: { train: 90, validation: 10, test: 20 },
      bytes: 120 * record,
    });
  });

  it('splits the training files, 90 to 10 in each class, and takes the whole test file', async () => {
    await putSix('cache', 'cifar-10');
    const { splits, spec } = await open();
    expect(spec).toEqual({ kind: 'image', shape: [32, 32, 3], range: [0, 1], classes: 10 });
    expect(splitNames.map((name) => splits[name].count)).toEqual([90, 10, 20]);
    const numbers = splitNames.map((name) =>
      Array.from({ length: splits[name].count }, (_, i) => Math.round(255 * splits[name].floats(i, i + 1)[0]!)),
    );
    expect([...numbers[0]!, ...numbers[1]!].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect(numbers[2]!.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => 100 + i));
    expect([...splits.validation.labels!].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('lays the channels of a pixel side by side', () => {
    const { train, test } = decodeCifar(six, 'here', 'do this.');
    expect(train.pixels.length).toBe(100 * 3072);
    expect([...test.pixels.subarray(3072 + 3, 3072 + 9)]).toEqual([2, 82, 162, 3, 83, 163]); // label 1, pixels 1 and 2
  });

  it.each([
    [
      'cut short',
      batch(20, 0).subarray(0, 5000),
      /here: data_batch_2\.bin has 5000 bytes, expected a multiple of 3073 .*do this/,
    ],
    [
      'with fewer examples',
      batch(19, 0),
      /data_batch_2\.bin has 19 examples and test_batch\.bin 20, expected the same number/,
    ],
    [
      'with a label that is no class',
      batch(20, 0).fill(10, 2 * record, 2 * record + 1),
      /data_batch_2\.bin has label 10 at example 2/,
    ],
    ['that is empty', new Uint8Array(), /data_batch_2\.bin has 0 bytes/],
  ])('refuses a file %s', (_, bytes, message) => {
    expect(() => decodeCifar(new Map([...six, ['data_batch_2.bin', bytes]]), 'here', 'do this.')).toThrow(message);
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 3000)],
    ['corrupt', (bytes: Buffer) => bytes.fill(0x55, 400, 3000)],
    ['no archive', () => Buffer.from('<html>not found</html>'.repeat(100))],
    ['empty', () => Buffer.from('')],
  ])('refuses an archive that is %s, with the remedy', async (_, change) => {
    const file = await putArchive();
    await put(file, change(await readFile(file)));
    await expect(open()).rejects.toThrow(
      /cifar-10-binary\.tar\.gz: expected .*; get it with `pnpm bench data --download/,
    );
  });

  it('needs ten training images to hold one out', async () => {
    for (const file of cifarFiles) await put(temporary.path('cache', 'cifar-10', file), batch(1, 0));
    await expect(open()).rejects.toThrow(/cifar-10: expected at least 10 images, got 5, .*; get it with/);
    expect(await locateDataset('cifar-10', temporary.places())).toMatchObject({
      state: 'wrong',
      remedy: expect.stringContaining('expected at least 10 images, got 5'),
    });
    for (const file of cifarFiles) await put(temporary.path('cache', 'cifar-10', file), batch(2, 0));
    expect((await open()).splits.validation.count).toBe(1);
  });

  it('says what is missing, and how to get it', async () => {
    await putSix('cache', 'cifar-10', 'cifar-10-batches-bin');
    await rm(temporary.path('cache', 'cifar-10', 'cifar-10-batches-bin', 'data_batch_3.bin'));
    await expect(open()).rejects.toThrow(/its files are not there; .*lacks data_batch_3\.bin; get it with/);
  });
});
