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
  const nearest = new Int32Array(points.rows);
  for (let row = 0; row < points.rows; row++) {
    let least = Infinity;
    for (let cell = 0; cell < cells.count; cell++) {
      const distance = squaredDistance(points, row, cells, cell, least);
      if (distance < least) {
        least = distance;
        nearest[row] = cell;
      }
    }
  }
  return nearest;
}

/** The first centre is any row, each next one a row drawn by its squared distance from the nearest centre so far. */
function firstCells(points: Rows, count: number, random: RandomStream): Cells {
  const { data, rows, columns } = points;
  const centres = new Float64Array(count * columns);
  const cells = { centres, count };
  const distances = new Float64Array(rows).fill(Infinity);
  let chosen = random.integer(rows);
  for (let cell = 0; cell < count; cell++) {
    centres.set(data.subarray(chosen * columns, (chosen + 1) * columns), cell * columns);
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const distance = Math.min(distances[row] ?? 0, squaredDistance(points, row, cells, cell, Infinity));
      distances[row] = distance;
      total += distance;
    }
    if (total === 0) return { centres: centres.slice(0, (cell + 1) * columns), count: cell + 1 };
    let rest = random.uniform() * total;
    chosen = distances.findIndex((distance) => (rest -= distance) < 0);
    if (chosen < 0) chosen = distances.indexOf(Math.max(...distances)); // by rounding only
  }
  return cells;
}

function moveToMeans({ data, rows, columns }: Rows, { centres, count }: Cells, assigned: Int32Array): void {
  const sums = new Float64Array(centres.length);
  const members = new Uint32Array(count);
  for (let row = 0; row < rows; row++) {
    const cell = assigned[row] ?? 0;
    members[cell] = (members[cell] ?? 0) + 1;
    for (let j = 0, at = cell * columns, from = row * columns; j < columns; j++, at++, from++) {
      sums[at] = (sums[at] ?? 0) + (data[from] ?? 0);
    }
  }
  for (let at = 0; at < centres.length; at++) {
    const held = members[Math.floor(at / columns)] ?? 0;
    if (held > 0) centres[at] = (sums[at] ?? 0) / held;
  }
}

/** Columns after which a distance is looked at: where it is enough already, the others need not be read. */
const stretch = 16;

/** Squared distance of a row from a centre, summed column after column; or a part of it that is at least `enough`. */
function squaredDistance(
  { data, columns }: Rows,
  row: number,
  { centres }: Cells,
  cell: number,
  enough: number,
): number {
  let sum = 0;
  let p = row * columns;
  let q = cell * columns;
  for (const end = p + columns; p < end && sum < enough;) {
    for (const pause = Math.min(p + stretch, end); p < pause; p++, q++) {
      const difference = (data[p] ?? 0) - (centres[q] ?? 0);
      sum += difference * difference;
    }
  }
  return sum;
}
