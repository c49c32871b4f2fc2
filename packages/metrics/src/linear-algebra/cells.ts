import type { RandomStream } from '@kindred/random';
import type { Rows } from './rows.ts';

/** Centres that divide space into cells: a point is of the cell of its nearest centre, of the first where several are. */
export interface Cells {
  /** [count, columns] */
  readonly centres: Float64Array;
  readonly count: number;
}

/** Rounds after which assignments count as they are. */
const mostRounds = 300;

/**
 * k-means: centres drawn by k-means++, then moved to the mean of their points (Lloyd) until no point changes its cell. A centre that
 * loses all its points stays where it is. Rows of fewer different places than `count` get fewer cells.
 *
 * @param random what the first centres are drawn from
 * @see Arthur and Vassilvitskii 2007, "k-means++: the advantages of careful seeding"
 */
export function cellsOf(points: Rows, count: number, random: RandomStream): Cells {
  const cells = firstCells(points, count, random);
  let assigned = cellOfEach(points, cells);
  for (let round = 0; round < mostRounds; round++) {
    moveToMeans(points, cells, assigned);
    const next = cellOfEach(points, cells);
    if (next.every((cell, row) => cell === assigned[row])) break;
    assigned = next;
  }
  return cells;
}

/** The cell of each row, [rows]. */
export function cellOfEach(points: Rows, cells: Cells): Int32Array {
  return Int32Array.from({ length: points.rows }, (_, row) => {
    let [nearest, least] = [0, Infinity];
    for (let cell = 0; cell < cells.count; cell++) {
      const distance = squaredDistance(points, row, cells.centres, cell);
      if (distance < least) [nearest, least] = [cell, distance];
    }
    return nearest;
  });
}

/** The first centre is any row, each next one a row drawn by its squared distance from the nearest centre so far. */
function firstCells(points: Rows, count: number, random: RandomStream): Cells {
  const { data, rows, columns } = points;
  const centres = new Float64Array(count * columns);
  const distances = new Float64Array(rows).fill(Infinity);
  let chosen = random.integer(rows);
  for (let cell = 0; cell < count; cell++) {
    centres.set(data.subarray(chosen * columns, (chosen + 1) * columns), cell * columns);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const distance = Math.min(distances[row] ?? 0, squaredDistance(points, row, centres, cell));
      distances[row] = distance;
      total += distance;
    }
    if (total === 0) return { centres: centres.slice(0, (cell + 1) * columns), count: cell + 1 };
    let rest = random.uniform() * total;
    chosen = distances.findIndex((distance) => (rest -= distance) < 0);
    if (chosen < 0) chosen = distances.indexOf(Math.max(...distances)); // by rounding only
  }
  return { centres, count };
}

function moveToMeans({ data, rows, columns }: Rows, { centres, count }: Cells, assigned: Int32Array): void {
  const sums = new Float64Array(centres.length);
  const members = new Uint32Array(count);
  for (let row = 0; row < rows; row++) {
    const cell = assigned[row] ?? 0;
    members[cell] = (members[cell] ?? 0) + 1;
    for (let j = 0; j < columns; j++) {
      const at = cell * columns + j;
      sums[at] = (sums[at] ?? 0) + (data[row * columns + j] ?? 0);
    }
  }
  for (let at = 0; at < centres.length; at++) {
    const held = members[Math.floor(at / columns)] ?? 0;
    if (held > 0) centres[at] = (sums[at] ?? 0) / held;
  }
}

function squaredDistance({ data, columns }: Rows, row: number, centres: Float64Array, cell: number): number {
  let sum = 0;
  for (let j = 0, p = row * columns, q = cell * columns; j < columns; j++, p++, q++) {
    sum += ((data[p] ?? 0) - (centres[q] ?? 0)) ** 2;
  }
  return sum;
}
