import { describe, expect, it } from 'vitest';
import { openSharp } from './open-sharp.ts';
import { overviewSheet, type Strip } from './overview-sheet.ts';
import { sampleSheet } from './sample-sheet.ts';
import { gap, tiled } from './tiles.ts';

const shape = [3, 4, 1] as const;
/** Image k: all pixels (k + 1) / 10, but the last one of its first row is 1. */
const images = (count: number): Float32Array =>
  Float32Array.from({ length: count * 12 }, (_, index) => (index % 12 === 3 ? 1 : (Math.floor(index / 12) + 1) / 10));

async function decoded(png: Buffer) {
  const sharp = await openSharp();
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * info.width + x) * info.channels, (y * info.width + x + 1) * info.channels),
  ];
  return { ...info, data, at };
}

describe('openSharp', () => {
  it('leaves no folder and no variable behind, and still has its font', async () => {
    const before = process.env['FONTCONFIG_FILE'];
    await openSharp();
    expect(process.env['FONTCONFIG_FILE']).toBe(before);
    const sharp = await openSharp();
    const draw = (family: string, letters: string) => {
      const text = `<text y="15" font-family="${family}">${letters}</text>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">${text}</svg>`;
      return sharp(Buffer.from(svg)).raw().toBuffer();
    };
    expect(await draw('DejaVu Sans', 'abc')).not.toStrictEqual(await draw('DejaVu Sans', 'xyz'));
    expect(await draw('DejaVu Sans', 'abc')).not.toStrictEqual(await draw('DejaVu Serif', 'abc'));
  });
});

describe('tiled', () => {
  const layout = { columns: 2, rows: 2, scale: 3 };

  it('puts pixel (x, y) of image k as a square at its tile, and nothing into the gaps', () => {
    const { width, height, pixels } = tiled(images(4), shape, layout);
    expect([width, height]).toStrictEqual([2 * 4 * 3 + gap, 2 * 3 * 3 + gap]);
    const shades = new Set<number>();
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [column, row] = [Math.floor(x / (12 + gap)), Math.floor(y / (9 + gap))];
        const [inX, inY] = [x - column * (12 + gap), y - row * (9 + gap)];
        const shade = pixels[y * width + x]!;
        if (inX >= 12 || inY >= 9) shades.add(shade);
        else {
          const isMark = inY < 3 && inX >= 9;
          expect(shade).toBe(isMark ? 255 : Math.round((255 * (2 * row + column + 1)) / 10));
        }
      }
    }
    expect(shades.size).toBe(1);
  });

  it('clips intensities, and draws what is no number black', () => {
    const { pixels } = tiled(Float32Array.of(-3, 7, Number.NaN, 0.5), [1, 4, 1], { columns: 1, rows: 1, scale: 1 });
    expect([...pixels]).toStrictEqual([0, 255, 0, 128]);
  });

  it('leaves the places of missing images in the colour of the gaps', () => {
    const { width, pixels } = tiled(images(1), shape, layout);
    const [gapShade, missing] = [pixels[4 * 3], pixels[4 * 3 + gap]];
    expect(missing).toBe(gapShade);
    expect(pixels[(9 + gap) * width]).toBe(gapShade);
  });

  it('keeps the three channels of a pixel together', () => {
    const { pixels, channels } = tiled(Float32Array.of(0, 0.2, 1), [1, 1, 3], { columns: 1, rows: 1, scale: 2 });
    expect(channels).toBe(3);
    expect([...pixels]).toStrictEqual(Array.from({ length: 4 }, () => [0, 51, 255]).flat());
  });

  it('refuses other channels', () => {
    expect(() => tiled(new Float32Array(2), [1, 1, 2], layout)).toThrow(/1 or 3 channels, got 2/);
  });
});

describe('sampleSheet', () => {
  it('shows ten by ten samples at twice their size, sample 11 first in the second row', async () => {
    const values = Float32Array.from({ length: 100 * 12 }, (_, index) => Math.floor(index / 12) / 255);
    const { width, height, at } = await decoded(await sampleSheet(values, shape));
    expect([width, height]).toStrictEqual([10 * 8 + 9 * gap, 10 * 6 + 9 * gap]);
    const first = (x: number, y: number): number => at(x, y)[0]!;
    expect([first(0, 0), first(8 + gap, 0), first(0, 6 + gap), first(width - 1, height - 1)]).toStrictEqual([
      0, 1, 10, 99,
    ]);
  });
});

describe('sampleSheet by classes', () => {
  it('has a row per class with its samples in their order, and grey places where a class has too few', async () => {
    const values = Float32Array.from({ length: 15 * 12 }, (_, index) => Math.floor(index / 12) / 255);
    const labels = [2, 0, 0, 2, ...Array(11).fill(3)];
    const { width, height, at } = await decoded(await sampleSheet(values, shape, { labels, classes: 4 }));
    expect([width, height]).toStrictEqual([10 * 8 + 9 * gap, 4 * 6 + 3 * gap]);
    const place = (row: number, column: number): number => at(column * (8 + gap), row * (6 + gap))[0]!;
    const grey = at(8, 0)[0]!;
    expect([0, 1, 2].map((column) => place(0, column))).toStrictEqual([1, 2, grey]);
    expect(place(1, 0)).toBe(grey);
    expect([0, 1, 2].map((column) => place(2, column))).toStrictEqual([0, 3, grey]);
    expect([0, 9].map((column) => place(3, column))).toStrictEqual([4, 13]);
  });

  it('shows the first classes of very many', async () => {
    const labels = Array.from({ length: 50 }, (_, index) => index);
    const { height } = await decoded(await sampleSheet(images(50), shape, { labels, classes: 50 }));
    expect(height).toBe(30 * 6 + 29 * gap);
  });
});

describe('overviewSheet', () => {
  const strip = (changes: Partial<Strip> = {}): Strip => ({
    label: 'gan',
    note: 'score 1',
    colour: '#0072b2',
    images: images(32),
    ...changes,
  });
  const left = (png: Awaited<ReturnType<typeof decoded>>, columns: number): string => {
    const rows = Array.from({ length: png.height }, (_, y) =>
      png.data.subarray(y * png.width * png.channels, (y * png.width + columns) * png.channels).toString('hex'),
    );
    return rows.join('\n');
  };

  it('labels with letters: two words of one length look different, which boxes for missing letters would not', async () => {
    const [one, other, none] = await Promise.all(
      ['abcdef', 'vwxyzk', ' '].map(async (label) => decoded(await overviewSheet([strip({ label, note: '' })], shape))),
    );
    const columns = 100;
    expect(left(one!, columns)).not.toBe(left(other!, columns));
    expect(left(one!, columns)).not.toBe(left(none!, columns));
  });

  it('draws é, arrows and characters of XML', async () => {
    const draw = async (note: string) => left(await decoded(await overviewSheet([strip({ note })], shape)), 90);
    const drawn = await Promise.all(['é', '↓', '<', '&', '"'].map(draw));
    expect(new Set(drawn).size).toBe(5);
  });

  it('has a strip per source in its colour, and a white border on every side', async () => {
    const colours = ['#0072b2', '#d55e00', '#5f5f5f'];
    const png = await decoded(
      await overviewSheet(
        colours.map((colour) => strip({ colour, label: 'autoregressive variant', note: 'Fréchet distance 12.3' })),
        shape,
      ),
    );
    const bar = Array.from({ length: png.height }, (_, y) => png.at(21, y).slice(0, 3).join());
    expect([...new Set(bar)]).toStrictEqual(['255,255,255', '0,114,178', '213,94,0', '95,95,95']);
    for (let x = 0; x < png.width; x += 1) {
      for (const y of [0, 15, png.height - 16, png.height - 1])
        expect(png.at(x, y).slice(0, 3)).toEqual([255, 255, 255]);
    }
    for (let y = 0; y < png.height; y += 1) expect(png.at(png.width - 10, y).slice(0, 3)).toEqual([255, 255, 255]);
  });

  it('gives a label the room it needs: the column before the tiles stays white', async () => {
    const png = await decoded(
      await overviewSheet([strip({ label: 'WWWWWWWWWWWWWWWW', note: 'MMMMMMMMMMMMMM' })], shape),
    );
    const tiles = 16 * 8 + 15 * gap;
    const before = png.width - 20 - tiles - 1;
    for (let y = 0; y < png.height; y += 1) expect(png.at(before, y).slice(0, 3)).toEqual([255, 255, 255]);
  });

  it('gives the same bytes twice', async () => {
    expect(await overviewSheet([strip()], shape)).toStrictEqual(await overviewSheet([strip()], shape));
  });
});
