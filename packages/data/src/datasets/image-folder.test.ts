import { symlink } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DataError } from '../data-error.ts';
import { locateDataset, openDataset } from '../open-dataset.ts';
import { listImages } from '../sources/image-files.ts';
import { put, useTemporaryFolder } from '../testing/data-files.ts';
import { splitNames } from '../types.ts';
import type { Split } from '../types.ts';

const temporary = useTemporaryFolder();

interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly background?: { r: number; g: number; b: number; alpha?: number };
  readonly format?: 'png' | 'jpeg' | 'webp';
}

const grey = (level: number) => ({ r: level, g: level, b: level });

/** A picture of one colour. */
function picture({ width = 8, height = 8, background = grey(100), format = 'png' }: Look = {}): Promise<Buffer> {
  const channels = background.alpha === undefined ? 3 : 4;
  return sharp({ create: { width, height, channels, background } }).toFormat(format).toBuffer();
}

/** Classes a and b, twenty pictures each; the grey level of the i-th is 2 i, or 128 + 2 i for b. */
async function putClasses(folder: string): Promise<void> {
  for (const [name, level] of [
    ['b', 128],
    ['a', 0],
  ] as const) {
    for (let i = 0; i < 20; i++)
      await put(`${folder}/${name}/${i}.png`, await picture({ background: grey(level + 2 * i) }));
  }
}

const open = (name = 'image-folder:faces,8', seed = 0) => openDataset(name, { seed, places: temporary.places() });
const levels = (split: Split) =>
  Array.from({ length: split.count }, (_, i) => Math.round(255 * split.floats(i, i + 1)[0]!));
const faces = () => temporary.path('cache', 'faces');

describe('image-folder', () => {
  it('makes classes of sub-folders in sorted order and splits each 80 : 10 : 10', async () => {
    await putClasses(faces());
    await put(`${faces()}/.DS_Store`, 'hidden');
    const dataset = await open();
    expect(dataset.name).toBe('image-folder:faces,8');
    expect(dataset.spec).toEqual({ kind: 'image', shape: [8, 8, 1], range: [0, 1], classes: 2 });
    expect(splitNames.map((name) => dataset.splits[name].count)).toEqual([32, 4, 4]);
    for (const name of splitNames) {
      const { labels } = dataset.splits[name];
      expect([...labels!]).toEqual(levels(dataset.splits[name]).map((level) => Number(level >= 128)));
      expect(labels!.filter((label) => label === 0)).toHaveLength(labels!.length / 2);
    }
    const all = splitNames.flatMap((name) => levels(dataset.splits[name]));
    expect(new Set(all).size).toBe(40);
    expect((await open()).hash).toBe(dataset.hash);
    expect(levels((await open(undefined, 1)).splits.test)).not.toEqual(levels(dataset.splits.test));
    expect(await locateDataset('image-folder:faces', temporary.places())).toMatchObject({
      state: 'found',
      counts: { train: 32, validation: 4, test: 4 },
    });
  });

  it('takes a folder without sub-folders as images without labels, 32 x 32 unless told', async () => {
    for (let i = 0; i < 10; i++) await put(`${faces()}/${i}.png`, await picture({ background: grey(i) }));
    const { spec, splits } = await open('image-folder:faces');
    expect(spec).toMatchObject({ shape: [32, 32, 1], classes: 0 });
    expect(splitNames.map((name) => splits[name].labels)).toEqual([null, null, null]);
    expect(splitNames.map((name) => splits[name].count)).toEqual([8, 1, 1]);
  });

  it('reads PNG, JPEG and WebP of any size and keeps colours, whatever the names say', async () => {
    const red = { r: 255, g: 0, b: 0 };
    const formats = ['png', 'jpeg', 'webp'] as const;
    for (let i = 0; i < 12; i++) {
      await put(
        `${faces()}/${i}.img`,
        await picture({ width: 5 + i, height: 40 - i, background: red, format: formats[i % 3]! }),
      );
    }
    const { spec, splits } = await open();
    expect(spec.shape).toEqual([8, 8, 3]);
    const [r, g, b] = splits.train.floats(0, 1);
    expect(r).toBeGreaterThan(0.98);
    expect(Math.max(g!, b!)).toBeLessThan(0.02);
  });

  it('crops about the centre, puts white behind what is transparent, and brings 16 bits to 8', async () => {
    const stripes = Buffer.alloc(24 * 8 * 3, 255); // black, white, black squares of 8 x 8
    for (let i = 0; i < stripes.length; i++) if (Math.floor(((i / 3) % 24) / 8) !== 1) stripes[i] = 0;
    const wide = await sharp(stripes, { raw: { width: 24, height: 8, channels: 3 } })
      .png()
      .toBuffer();
    const clear = await picture({ background: { r: 0, g: 0, b: 0, alpha: 0 } });
    const deep = await sharp(Buffer.alloc(64 * 3, 255), { raw: { width: 8, height: 8, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    for (let i = 0; i < 12; i++) await put(`${faces()}/${i}`, [wide, clear, deep][i % 3]!);
    const { splits } = await open();
    for (const name of splitNames) expect(splits[name].floats().every((value) => value === 1)).toBe(true);
  });

  it('turns photographs as their EXIF data says', async () => {
    const halves = Buffer.alloc(8 * 8 * 3); // the left half white; turned by 90 degrees it is the upper half
    for (let i = 0; i < 64; i++) if (i % 8 < 4) halves.fill(255, 3 * i, 3 * i + 3);
    const turned = await sharp(halves, { raw: { width: 8, height: 8, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    for (let i = 0; i < 10; i++) await put(`${faces()}/${i}`, turned);
    const pixels = (await open()).splits.train.floats(0, 1);
    expect([0, 7, 56, 63].map((corner) => pixels[corner])).toEqual([1, 1, 0, 0]);
  });

  it('names every problem of a folder at once', async () => {
    await putClasses(faces());
    const whole = await picture({ width: 64, height: 64, background: { r: 1, g: 2, b: 3 } });
    await put(`${faces()}/a/cut.png`, whole.subarray(0, whole.length - 40));
    await put(`${faces()}/a/notes.txt`, 'not an image');
    await put(`${faces()}/b/empty.png`, '');
    await symlink(`${faces()}/b/nothing`, `${faces()}/b/link.png`);
    await put(`${faces()}/b/sub/x.png`, whole);
    await put(`${faces()}/c/.keep`, '');
    await put(`${faces()}/loose.png`, whole);
    await expect(open()).rejects.toThrow(
      /faces: expected PNG, JPEG or WebP images, .*; 7 problems:\n(  .*\n){7}  Repair these or take them out/,
    );
    const message = await open().catch((error: Error) => error.message);
    for (const problem of [
      'a/cut.png: corrupt: ',
      'a/notes.txt: not an image: begins as none of png, jpeg, webp does',
      'b/empty.png: 0 bytes',
      'b/link.png: no file, nor a link to one',
      'b/sub: a folder within a class',
      'c: a class without images',
      'loose.png: lies beside the folders of classes',
    ]) {
      expect(message).toContain(`  ${problem}`);
    }
  });

  it('lists twenty problems and counts the rest', async () => {
    for (let i = 0; i < 33; i++) await put(`${faces()}/${String(i).padStart(2, '0')}.png`, 'text');
    await expect(open()).rejects.toThrow(/33 problems:\n(  \d\d\.png: not an image.*\n){20}  and 13 more\n/);
  });

  it('refuses an empty folder, too few images, and no folder at all', async () => {
    await put(`${faces()}/.hidden`, '');
    await expect(open()).rejects.toThrow(/faces: .*a problem:\n  the folder is empty/);
    for (let i = 0; i < 9; i++) await put(`${faces()}/${i}.png`, await picture());
    await expect(open()).rejects.toThrow(/expected at least 10 images, got 9; add some/);
    await expect(open('image-folder:cats')).rejects.toThrow(
      /image-folder:cats: there is no folder cats in .*--data-dir/,
    );
    await expect(open('image-folder')).rejects.toThrow(
      /expected the name of a folder, got none; write image-folder:faces/,
    );
    for (const size of ['0', '1025', 'x', '8,8']) {
      await expect(open(`image-folder:faces,${size}`)).rejects.toThrow(
        `expected a folder and a size in 1 ... 1024, got '${size}' after the comma`,
      );
    }
  });

  it('locates a folder with problems as wrong, with all of them, and so one of too few images', async () => {
    await putClasses(faces());
    await put(`${faces()}/b/empty.png`, '');
    await put(`${faces()}/loose.png`, 'x');
    const located = await locateDataset('image-folder:faces', temporary.places());
    expect(located).toMatchObject({ state: 'wrong', counts: null, where: `${faces()} (cache folder)` });
    expect(located.remedy).toMatch(
      /2 problems:\n  loose\.png: lies beside .*\n  b\/empty\.png: 0 bytes\n  Repair these/,
    );
    await put(temporary.path('cache', 'few', '0.png'), 'x');
    expect(await locateDataset('image-folder:few', temporary.places())).toMatchObject({
      state: 'wrong',
      remedy: `${temporary.path('cache', 'few')}: expected at least 10 images, got 1; add some.`,
    });
  });

  it('names a folder that is none, or cannot be read', async () => {
    await put(temporary.path('file'), 'x');
    for (const [place, code] of [
      ['file', 'ENOTDIR'],
      ['none', 'ENOENT'],
    ] as const) {
      const listing = listImages(temporary.path(place));
      await expect(listing).rejects.toThrow(DataError);
      await expect(listing).rejects.toThrow(
        new RegExp(`${place}: expected a folder to read, got ${code}.*; make it readable, or take it away\\.$`),
      );
    }
  });

  it('takes the data folder itself only where it has the name', async () => {
    await putClasses(temporary.path('faces'));
    const own = (name: string, dataFolder: string) =>
      openDataset(name, { seed: 0, places: temporary.places({ dataFolder: temporary.path(dataFolder) }) });
    expect((await own('image-folder:faces,8', 'faces')).origin).toBe(
      `files in ${temporary.path('faces')} (data folder)`,
    );
    expect((await own('image-folder:faces,8', '.')).splits.train.count).toBe(32);
    await expect(own('image-folder:cats', 'faces')).rejects.toThrow(/there is no folder cats in .*faces or in/);
  });
});
