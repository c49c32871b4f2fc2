import { expect, test } from 'vitest';
import { classMeasures } from './feature-measures.ts';

const rows = [
  [0.5, 0.4, 0.1],
  [0.2, 0.5, 0.3],
  [0.1, 0.1, 0.8],
  [0.4, 0.4, 0.2],
];
const features = (times: number) => ({
  rows: 4 * times,
  columns: 3,
  data: Float32Array.from(Array.from({ length: times }, () => rows.flat()).flat()),
});

test('the accuracy of classes has a row where classes were asked for, and none where they were not', () => {
  const names = (labels?: Int32Array) => classMeasures('classifier', features(3), labels).map(({ metric }) => metric);
  expect(names()).toEqual(['inception-score']);
  expect(names(new Int32Array(12))).toEqual(['inception-score', 'class-accuracy']);
  expect(classMeasures('classifier', features(3), new Int32Array(12)).at(-1)).toMatchObject({ value: 0.5 });
});
