import { describe, expect, it } from 'vitest';
import { bitSplit, bytesPerRow, packBits } from './bit-split.ts';

const specOf = (height: number, width: number) =>
  ({ kind: 'image', shape: [height, width, 1], range: [0, 1], classes: 0 }) as const;

/** A split of these zeros and ones. */
function splitOf(values: Float32Array, height: number, width: number) {
  const spec = specOf(height, width);
  const size = height * width;
  const count = values.length / size;
  const bits = new Uint8Array(count * bytesPerRow(spec));
  for (let row = 0; row < count; row++) packBits(values, row * size, size, bits, row * bytesPerRow(spec));
  return { bits, split: bitSplit({ name: 'train', spec, count, bits, labels: null, factors: null }) };
}

const noise = (length: number) => Float32Array.from({ length }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 1);

describe('bitSplit', () => {
  it.each([
    [1, 1],
    [1, 3],
    [2, 4],
    [3, 3],
    [5, 7],
    [27, 27],
    [28, 28],
  ])('gives back every value of images of %d x %d, in rows, ranges and any order', (height, width) => {
    const size = height * width;
    const values = noise(20 * size);
    const { split } = splitOf(values, height, width);
    expect(split.floats()).toEqual(values);
    expect(split.floats(3, 5)).toEqual(values.slice(3 * size, 5 * size));
    const order = Int32Array.of(19, 0, 7, 7);
    const gathered = split.gather(order, new Float32Array(4 * size));
    const expected = Array.from(order, (row) => Array.from(values.subarray(row * size, (row + 1) * size)));
    expect([...gathered]).toEqual(expected.flat());
  });

  it('writes nothing beside its target, which may begin anywhere', () => {
    const values = noise(9 * 4);
    const { split } = splitOf(values, 3, 3);
    const room = new Float32Array(20).fill(-1);
    split.floats(1, 3, room.subarray(1, 19));
    expect([...room]).toEqual([-1, ...values.subarray(9, 27), -1]);
    room.fill(-1);
    split.gather(Int32Array.of(3), room.subarray(3, 12));
    expect([...room]).toEqual([-1, -1, -1, ...values.subarray(27), ...Array.from({ length: 8 }, () => -1)]);
  });

  it('takes a bit for each value, the first the lowest, in whole bytes per image', () => {
    const { bits } = splitOf(Float32Array.of(1, 0, 0, 0, 0, 0, 1, 1, 1, /**/ 0, 1, 0, 0, 0, 0, 0, 0, 0), 3, 3);
    expect([...bits]).toEqual([0b1100_0001, 1, 0b10, 0]);
    expect(bytesPerRow(specOf(28, 28))).toBe(98);
  });
});
