import type { DatasetDefinition } from '../define-dataset.ts';
import { checkedDensityTarget } from '../sources/log-density.ts';
import { drawnPoints } from '../sources/point-source.ts';

/** Squares along a side of the board, and the length of each. */
const squares = 4;
const side = 2;
const half = (squares * side) / 2;

/** The lower left corners of the dark squares, row by row: those whose row and column are both even or both odd. */
const corners = Array.from({ length: squares ** 2 }, (_, i) => [i % squares, Math.floor(i / squares)] as const)
  .filter(([column, row]) => (column + row) % 2 === 0)
  .map(([column, row]) => [column * side - half, row * side - half] as const);

/** Coordinates are multiples of 2^-22: below 4 these are exact in float32, so none rounds up to the next square. */
const perUnit = 2 ** 22;

const logInside = -Math.log(corners.length * side ** 2);

/** Whether a point lies on a dark square; each square has its left and lower edge. */
function isDark(x: number, y: number): boolean {
  if (!(x >= -half && x < half && y >= -half && y < half)) return false;
  return (Math.floor((x + half) / side) + Math.floor((y + half) / side)) % 2 === 0;
}

/**
 * Uniform on the dark squares of a board of 4 x 4 squares in [-4, 4)^2: the density is 1 / 32 on them, its logarithm -ln 32,
 * and 0 elsewhere. The label is the square, row by row from below. As `checkerboard` of FFJORD's code.
 *
 * @see Grathwohl et al. 2019 (FFJORD), arXiv:1810.01367
 */
export const checkerboard: DatasetDefinition = drawnPoints({
  name: 'checkerboard',
  description:
    'Points on the dark squares of a board of 4 x 4 squares in [-4, 4) x [-4, 4), uniform, drawn from the seed.',
  dimensions: 2,
  classes: corners.length,
  draw(square, stream, target, at) {
    const [left, bottom] = corners[square] ?? [0, 0];
    target[at] = left + Math.floor(stream.uniform() * side * perUnit) / perUnit;
    target[at + 1] = bottom + Math.floor(stream.uniform() * side * perUnit) / perUnit;
  },
  logDensity(points, target) {
    const densities = checkedDensityTarget(points, 2, target);
    for (let i = 0; i < densities.length; i++) {
      densities[i] = isDark(points[2 * i] as number, points[2 * i + 1] as number) ? logInside : -Infinity;
    }
    return densities;
  },
});
