import { expect, test } from 'vitest';
import { classAccuracy } from './class-accuracy.ts';

const probabilities = {
  rows: 4,
  columns: 3,
  data: Float32Array.of(0.5, 0.4, 0.1, 0.2, 0.5, 0.3, 0.1, 0.1, 0.8, 0.4, 0.4, 0.2),
};

test('is the share of rows whose most probable class is their label, the first one of equals', () => {
  expect(classAccuracy(probabilities, Int32Array.of(0, 1, 2, 0))).toBe(1);
  expect(classAccuracy(probabilities, Int32Array.of(0, 2, 2, 1))).toBe(0.5);
});

test('refuses labels that are not one per row, and no rows', () => {
  expect(() => classAccuracy(probabilities, [0, 1])).toThrow('got 2 for 4 rows');
  expect(() => classAccuracy({ rows: 0, columns: 3, data: new Float32Array() }, [])).toThrow(/at least one/);
});
