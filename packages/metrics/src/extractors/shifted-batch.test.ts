import { describe, expect, it } from 'vitest';
import { RandomStream } from '@kindred/random';
import { shiftedBatch } from './shifted-batch.ts';

const shape = [3, 4, 2] as const;
const examples = {
  images: Float32Array.from({ length: 3 * 24 }, (_, i) => i),
  labels: Uint8Array.of(4, 5, 6),
};

describe('shiftedBatch', () => {
  it('copies the chosen examples where nothing may move', () => {
    const { batch, labels } = shiftedBatch(examples, shape, Int32Array.of(2, 0), {
      limit: 0,
      random: new RandomStream(1),
    });
    expect([...batch]).toEqual([...examples.images.subarray(48), ...examples.images.subarray(0, 24)]);
    expect(labels).toEqual(Int32Array.of(6, 4));
  });

  it('draws each shift alike, and repeats the edge', () => {
    // Red holds the row, green the column: the middle pixel then shows where it came from.
    const image = Float32Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? Math.floor(i / 8) : (i >> 1) % 4));
    const random = new RandomStream(2);
    const chosen = new Int32Array(4500);
    const { batch } = shiftedBatch({ images: image, labels: Uint8Array.of(0) }, shape, chosen, { limit: 1, random });
    const seen = new Map<string, number>();
    for (let start = 0; start < batch.length; start += 24) {
      const [row, column] = [batch[start + 10]!, batch[start + 11]!]; // of pixel (1, 1)
      seen.set(`${row},${column}`, (seen.get(`${row},${column}`) ?? 0) + 1);
      const expected = Array.from({ length: 12 }, (_, pixel) => [
        Math.min(Math.max(Math.floor(pixel / 4) + row - 1, 0), 2),
        Math.min(Math.max((pixel % 4) + column - 1, 0), 3),
      ]);
      expect([...batch.subarray(start, start + 24)]).toEqual(expected.flat());
    }
    expect(seen.size).toBe(9);
    for (const count of seen.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt((4500 * 8) / 81));
  });
});
