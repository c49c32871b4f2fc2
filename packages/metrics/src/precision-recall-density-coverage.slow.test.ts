import { expect, it } from 'vitest';
import { precisionRecallDensityCoverage } from './precision-recall-density-coverage.ts';
import { normalFeatures } from './testing/random-features.ts';

it('gives the values that the README of prdc prints for N(0, I) in 1 000 dimensions, 10 000 against 10 000', () => {
  const got = precisionRecallDensityCoverage(normalFeatures(1, 10_000, 1000), normalFeatures(2, 10_000, 1000), {
    k: 5,
  });
  // One draw against another. Precision and recall hang on few outliers in so many dimensions, so they vary most.
  expect(got.precision).toBeCloseTo(0.4772, 1);
  expect(got.recall).toBeCloseTo(0.4705, 1);
  expect(Math.abs(got.density - 1.0555)).toBeLessThan(0.1);
  expect(Math.abs(got.coverage - 0.9735)).toBeLessThan(0.02);
}, 600_000);
