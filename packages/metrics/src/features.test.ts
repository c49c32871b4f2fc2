import { describe, expect, it } from 'vitest';
import { checkFeaturePair, checkFeatures } from './features.ts';
import { featuresOf } from './testing/random-features.ts';

const demand = { metric: 'someMetric', subject: 'fake', minimumRows: 2 };

describe('checkFeatures', () => {
  it('takes well-formed features', () => {
    expect(() =>
      checkFeatures(
        featuresOf([
          [1, 2],
          [3, 4],
        ]),
        demand,
      ),
    ).not.toThrow();
  });

  it.each([Number.NaN, Infinity, -Infinity])('says where %s stands', (value) => {
    const features = featuresOf([
      [1, 2, 3],
      [4, value, 6],
    ]);
    expect(() => checkFeatures(features, demand)).toThrow(
      `someMetric: fake at row 1, column 1 must be a finite number, got ${value}; leave out what has diverged.`,
    );
  });

  it('refuses too few rows, wrong lengths and shapes that are none', () => {
    expect(() => checkFeatures(featuresOf([[1, 2]]), demand)).toThrow('fake needs at least 2 rows, got 1');
    const data = new Float32Array(5);
    expect(() => checkFeatures({ data, rows: 2, columns: 3 }, demand)).toThrow('fake needs 2 x 3 = 6 values, got 5');
    expect(() => checkFeatures({ data, rows: 2.5, columns: 2 }, demand)).toThrow('got 2.5 x 2');
    expect(() => checkFeatures({ data: new Float32Array(), rows: 3, columns: 0 }, demand)).toThrow('got 3 x 0');
  });

  it('refuses sets of different widths', () => {
    const sets = { real: featuresOf([[1, 2]]), fake: featuresOf([[1, 2, 3]]) };
    expect(() => checkFeaturePair('someMetric', sets, 1)).toThrow('real has 2, fake has 3');
  });
});
