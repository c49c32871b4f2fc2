import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseIntensities, readMnistPackage } from './mnist-package.ts';

const digits = join(dirname(createRequire(import.meta.url).resolve('mnist/package.json')), 'src', 'digits');
const size = 784;

const parse = (text: string, length: number) => {
  const target = new Uint8Array(length);
  return { count: parseIntensities(new TextEncoder().encode(text), target), bytes: [...target] };
};

describe('parseIntensities', () => {
  it('gives back every byte from its intensity rounded to three decimals', () => {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    const text = JSON.stringify({ data: bytes.map((byte) => Number((byte / 255).toFixed(3))) });
    expect(parse(text, 256)).toEqual({ count: 256, bytes });
  });

  it('counts what does not fit, and stops where the array does', () => {
    expect(parse('{ "data": [1,0.5,0]}', 2)).toEqual({ count: 3, bytes: [255, 128] });
    expect(parse('{ "data": [1,0.2]} ,1,1,1', 4)).toEqual({ count: 2, bytes: [255, 51, 0, 0] });
  });
});

describe('readMnistPackage', () => {
  it('reads what JSON.parse reads', async () => {
    const { pixels, labels } = await readMnistPackage();
    let first = 0;
    for (let digit = 0; digit < 10; digit++) {
      const { data } = JSON.parse(await readFile(join(digits, `${digit}.json`), 'utf8')) as { data: number[] };
      const expected = Uint8Array.from(data, (value) => Math.round(value * 255));
      expect(Buffer.compare(pixels.subarray(first * size, first * size + expected.length), expected)).toBe(0);
      expect(labels.indexOf(digit)).toBe(first);
      first += data.length / size;
      expect(labels.lastIndexOf(digit)).toBe(first - 1);
    }
    expect(pixels.length).toBe(first * size);
    expect(labels.length).toBe(10_000);
  });

  it('holds the bytes of the training file: rows 5 and 6 of its first image, a five', async () => {
    const { pixels, labels } = await readMnistPackage();
    const start = labels.indexOf(5) * size;
    expect([...pixels.subarray(start + 5 * 28 + 12, start + 5 * 28 + 24)]).toEqual([
      3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127,
    ]);
    expect([...pixels.subarray(start + 6 * 28 + 8, start + 6 * 28 + 24)]).toEqual([
      30, 36, 94, 154, 170, 253, 253, 253, 253, 253, 225, 172, 253, 242, 195, 64,
    ]);
  });

  it('holds no image twice', async () => {
    const { pixels } = await readMnistPackage();
    const images = new Set<string>();
    for (let at = 0; at < pixels.length; at += size) {
      images.add(Buffer.from(pixels.subarray(at, at + size)).toString('latin1'));
    }
    expect(images.size).toBe(10_000);
  });
});

describe('readMnistPackage on a broken package', () => {
  let folder: string;

  /** All files as they are, but for digit 3, whose text is changed. */
  const breakThree = async (change: (text: string) => string) => {
    for (let digit = 0; digit < 10; digit++) {
      const file = `${digit}.json`;
      if (digit === 3) await writeFile(join(folder, file), change(await readFile(join(digits, file), 'utf8')));
      else await symlink(join(digits, file), join(folder, file));
    }
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kindred-mnist-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('names the file that is missing', async () => {
    await expect(readMnistPackage(folder)).rejects.toThrow(/0\.json cannot be read; run `pnpm install/);
  });

  it('names the file that is cut short, and the counts', async () => {
    await breakThree((text) => text.slice(0, 1_000_000));
    await expect(readMnistPackage(folder)).rejects.toThrow(
      /3\.json holds \d+ intensities, expected 1032 images of 784/,
    );
  });

  it('notices an empty file', async () => {
    await breakThree(() => '');
    await expect(readMnistPackage(folder)).rejects.toThrow(/3\.json holds \d+ intensities/);
  });

  it('notices one changed pixel', async () => {
    await breakThree((text) => text.replace('0.992', '0.5'));
    await expect(readMnistPackage(folder)).rejects.toThrow(/have SHA-256 .*, expected 0768d16c.*run `pnpm install/);
  });
});
