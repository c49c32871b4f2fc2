import { RandomStream } from '@kindred/random';
import type { Features } from '../features.ts';
import { changed, inOrder, normalFeatures } from './random-features.ts';

/** `rows` rows, other ones for each seed; sets of different seeds may share rows. */
type Maker = (seed: number, rows: number) => Features;

/** Features on which distances computed from products go wrong in one way or another. */
export const trickySets: Readonly<Record<string, Maker>> = {
  random: (seed, rows) => normalFeatures(seed, rows, 20),
  'of one column': (seed, rows) => normalFeatures(seed, rows, 1),
  'clustered, tight beside their distances': (seed, rows) => placed(seed, rows, 12, (group) => 1000 * group),
  'duplicated many times': (seed, rows) => repeated(normalFeatures(7, 5, 6), seed, rows),
  'on a grid, with many equal distances': (seed, rows) =>
    changed(normalFeatures(seed, rows, 3), (value) => Math.round(value)),
  'far from the origin': (seed, rows) => changed(normalFeatures(seed, rows, 16), (value) => 1e4 + 1e-2 * value),
  'far from the origin, with a few outliers': (seed, rows) => withOutliers(normalFeatures(seed, rows, 16)),
  tiny: (seed, rows) => changed(normalFeatures(seed, rows, 8), (value) => 1e-40 * value),
  huge: (seed, rows) => changed(normalFeatures(seed, rows, 8), (value) => 1e37 * value),
  'in very different units': (seed, rows) =>
    changed(normalFeatures(seed, rows, 8), (value, j) => value * 10 ** (5 * j - 20)),
  constant: (_, rows) => changed(normalFeatures(1, rows, 5), () => 0.3),
};

/** Five groups, `place(group)` apart along the first axis. */
function placed(seed: number, rows: number, columns: number, place: (group: number) => number): Features {
  const features = changed(normalFeatures(seed, rows, columns), (value) => 1e-3 * value);
  for (let row = 0; row < rows; row++) features.data[row * columns]! += place(row % 5);
  return features;
}

/** Rows drawn from those of `features`, with replacement. */
function repeated(features: Features, seed: number, rows: number): Features {
  const random = new RandomStream(seed, 'repeated');
  return inOrder(
    features,
    Array.from({ length: rows }, () => random.integer(features.rows)),
  );
}

function withOutliers(features: Features): Features {
  const far = changed(features, (value) => 1e4 + 1e-2 * value);
  for (let at = 0; at < far.data.length; at += 97) far.data[at] = 1e9 * (1 + at);
  return far;
}
