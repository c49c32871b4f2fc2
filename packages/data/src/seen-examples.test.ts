import { describe, expect, it } from 'vitest';
import { SeenExamples } from './seen-examples.ts';
import { pointSplit } from './splits/point-split.ts';
import type { PointsSpec, SplitName } from './types.ts';

const spec: PointsSpec = { kind: 'points', shape: [2], range: null, classes: 1 };

const splitOf = (name: SplitName, ...points: number[]) =>
  pointSplit({ name, spec, points: Float32Array.from(points), labels: new Uint8Array(points.length / 2) });

describe.each([
  ['by its own hash', undefined],
  ['where all hashes are equal', () => 7],
  ['where the hash sees the first number only', (bits: Uint32Array) => bits[0]!],
])('SeenExamples %s', (_, hash) => {
  it('says where an example was seen before: in its own split, in another one, in both', () => {
    const seen = new SeenExamples(spec, hash);
    const look = (split: ReturnType<typeof splitOf>) =>
      Array.from({ length: split.count }, (_row, row) => {
        const { within, across } = seen.add(split, row, new Uint32Array(split.floats(row, row + 1).buffer));
        return `${within ? 'within' : ''}${across ? 'across' : ''}` || 'new';
      });
    expect(look(splitOf('train', 1, 2, 1, 3, 2, 1, 1, 2))).toEqual(['new', 'new', 'new', 'within']);
    expect(look(splitOf('validation', 2, 1, 5, 5, 2, 1))).toEqual(['across', 'new', 'withinacross']);
    expect(look(splitOf('test', 5, 5, 1, 2, 3, 1))).toEqual(['across', 'across', 'new']);
  });
});
