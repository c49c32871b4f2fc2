import { describe, expect, it } from 'vitest';
import { binariseSplit } from '../binarise.ts';
import type { Split } from '../types.ts';
import { imageSplit } from './image-split.ts';
import { intensityReader } from './intensity-reader.ts';
import { pointSplit } from './point-split.ts';

const images = (pixels: Uint8Array, height: number, width: number) =>
  imageSplit({
    name: 'train',
    spec: { kind: 'image', shape: [height, width, 1], range: [0, 1], classes: 0 },
    pixels,
    labels: null,
  });

const allBytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const five = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
const points = pointSplit({
  name: 'test',
  spec: { kind: 'points', shape: [2], range: null, classes: 2 },
  points: five,
  labels: Uint8Array.of(0, 1, 0, 1, 0),
});

describe('imageSplit', () => {
  it('reads each byte as the float nearest to byte / 255', () => {
    expect(images(allBytes, 16, 16).floats()).toEqual(Float32Array.from(allBytes, (byte) => byte / 255));
  });

  it.each([
    ['whole words', 2, 4, 0],
    ['rows that are no whole words', 3, 5, 0],
    ['rows shorter than a word', 1, 3, 0],
    ['bytes that are not aligned', 2, 4, 1],
  ])('reads ranges and single rows alike: %s', (_, height, width, offset) => {
    const size = height * width;
    const count = Math.floor((256 - offset) / size);
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => (i * 37) % 256).subarray(offset, offset + count * size);
    const split = images(bytes, height, width);
    const expected = (row: number) =>
      Array.from(bytes.subarray(row * size, (row + 1) * size), (b) => Math.fround(b / 255));
    expect(split.count).toBe(count);
    expect([...split.floats(3, 5)]).toEqual([...expected(3), ...expected(4)]);
    const order = Int32Array.of(count - 1, 0, 7, 7);
    const gathered = split.gather(order, new Float32Array(4 * size));
    expect([...gathered]).toEqual([...order].flatMap(expected));
  });
});

describe('intensityReader', () => {
  it('writes every byte where it belongs and nothing else, however bytes and floats are aligned', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => (i * 53 + 7) % 256);
    for (let start = 0; start < 4; start++) {
      const readInto = intensityReader(bytes.subarray(start));
      for (let offset = 0; offset < 2; offset++) {
        for (let count = 0; count < 40; count++) {
          for (const [from, at] of [
            [0, 0],
            [3, 1],
            [6, 2],
          ] as const) {
            const target = new Float32Array(50).fill(-1).subarray(offset);
            readInto(target)(from, count, at);
            const expected = Array.from(target, (_, i) =>
              i >= at && i < at + count ? Math.fround(bytes[start + from + i - at]! / 255) : -1,
            );
            expect([...target]).toEqual(expected);
          }
        }
      }
    }
  });

  it('knows the intensity of every pair of bytes', () => {
    const pairs = Uint8Array.from({ length: 2 * 65_536 }, (_, i) => (i % 2 === 0 ? i >>> 1 : i >>> 9));
    const floats = new Float32Array(pairs.length);
    intensityReader(pairs)(floats)(0, pairs.length, 0);
    expect(floats.every((value, i) => value === Math.fround(pairs[i]! / 255))).toBe(true);
  });

  it('takes targets of one float and of none', () => {
    const buffer = new Float32Array(3).buffer;
    const readInto = intensityReader(Uint8Array.of(255, 51));
    readInto(new Float32Array(buffer, 4, 1))(0, 1, 0);
    readInto(new Float32Array(buffer, 12, 0))(1, 0, 0);
    expect([...new Float32Array(buffer)]).toEqual([0, 1, 0]);
  });
});

describe('pointSplit', () => {
  it('reads ranges and single rows', () => {
    expect(points.count).toBe(5);
    expect([...points.floats(1, 3)]).toEqual([3, 4, 5, 6]);
    expect([...points.gather(Int32Array.of(4, 0), new Float32Array(4))]).toEqual([9, 10, 1, 2]);
  });

  it('hands out copies, never its own memory', () => {
    points.floats().fill(0);
    expect([...points.floats(0, 1)]).toEqual([1, 2]);
  });
});

const splits: [string, Split][] = [
  ['imageSplit', images(allBytes.subarray(0, 10), 1, 2)],
  ['pointSplit', points],
  ['bitSplit', binariseSplit(images(allBytes.subarray(0, 10), 1, 2), { seed: 0 })],
];

describe.each(splits)('%s: rows', (_, split) => {
  it('reads everything by default, into the target where one is given', () => {
    const target = new Float32Array(10);
    expect(split.floats(0, 5, target)).toBe(target);
    expect(target).toEqual(split.floats());
    expect(split.floats(5).length).toBe(0);
    expect(split.gather(new Int32Array(0), new Float32Array(0)).length).toBe(0);
  });

  it('refuses ranges and indices outside the split', () => {
    for (const [from, to] of [
      [-1, 2],
      [0, 6],
      [3, 2],
      [0.5, 2],
      [0, Number.NaN],
    ] as const) {
      expect(() => split.floats(from, to)).toThrow(`expected whole numbers 0 <= from <= to <= 5`);
    }
    for (const index of [-1, 5]) {
      expect(() => split.gather(Int32Array.of(0, index), new Float32Array(4))).toThrow(
        `index ${index} at place 1 is outside 0 ... 4`,
      );
    }
  });

  it('refuses a target of another length, longer ones too', () => {
    expect(() => split.floats(0, 2, new Float32Array(5))).toThrow(/holds 5 floats, expected 4 for 2 examples/);
    expect(() => split.gather(Int32Array.of(0), new Float32Array(1))).toThrow(/holds 1 floats, expected 2/);
  });
});
