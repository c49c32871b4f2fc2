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
  expect(() => classAccuracy({ rows: 0, columns: 3, data: new Float32Array() }, [])).toThrow('at least 1 row, got 0');
});

test.each([-1, 3, 1.5, Number.NaN])('refuses the label %d: there are classes 0, 1 and 2', (label) => {
  expect(() => classAccuracy(probabilities, [0, 1, label, 0])).toThrow(
    `classAccuracy: labels must be whole numbers in 0 ... 2, got ${label} at 2`,
  );
});

test('refuses probabilities that are no numbers, or not as many as rows and columns say', () => {
  const data = probabilities.data.slice().fill(Number.NaN, 5, 6);
  expect(() => classAccuracy({ ...probabilities, data }, [0, 1, 2, 0])).toThrow(
    'classAccuracy: probabilities at row 1, column 2 must be a finite number, got NaN',
  );
  expect(() => classAccuracy({ ...probabilities, columns: 4 }, [0, 1, 2, 0])).toThrow('4 x 4 = 16 values, got 12');
});
