import { describe, expect, it } from 'vitest';
import { defineDataset } from './define-dataset.ts';
import { pointSplit } from './splits/point-split.ts';
import type { PointsSpec, SplitName } from './types.ts';

const spec: PointsSpec = { kind: 'points', shape: [1], range: null, classes: 2 };

type Contents = Record<SplitName, [points: number[], labels: number[]]>;
const base: Contents = {
  train: [
    [1, 2],
    [0, 1],
  ],
  validation: [[3], [0]],
  test: [[4], [1]],
};

const hashOf = (changes: Partial<Contents>, name = 'a') => {
  const split = (splitName: SplitName) => {
    const [points, labels] = { ...base, ...changes }[splitName];
    return pointSplit({ name: splitName, spec, points: Float32Array.from(points), labels: Uint8Array.from(labels) });
  };
  const splits = { train: split('train'), validation: split('validation'), test: split('test') };
  return defineDataset({ name, description: 'd', origin: 'o', spec, splits }).hash;
};

describe('the hash of a dataset', () => {
  it('is a SHA-256, the same for the same contents', () => {
    expect(hashOf({})).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf({})).toBe(hashOf({}));
  });

  it('changes with any example, label, order, name, and with which split holds an example', () => {
    const hashes = [
      hashOf({}),
      hashOf({ test: [[4.5], [1]] }),
      hashOf({ test: [[4], [0]] }),
      hashOf({
        train: [
          [2, 1],
          [1, 0],
        ],
      }),
      hashOf({}, 'b'),
      hashOf({
        train: [[1], [0]],
        validation: [
          [2, 3],
          [1, 0],
        ],
      }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
