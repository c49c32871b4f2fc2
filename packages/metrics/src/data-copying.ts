import { RandomStream } from '@kindred/random';
import type { Features } from './features.ts';
import { cellOfEach, cellsOf } from './linear-algebra/cells.ts';
import { prepareRows, type PreparedRows } from './linear-algebra/distance-blocks.ts';
import { nearestAmong } from './linear-algebra/nearest-neighbours.ts';
import { principalAxes, project } from './linear-algebra/principal-axes.ts';
import { gathered, type Rows } from './linear-algebra/rows.ts';
import { pairsWon } from './statistics/pairs-won.ts';

/** Rows of one feature space. */
export interface CopyingSets {
  readonly train: Features;
  readonly test: Features;
  readonly fake: Features;
}

export interface CopyingOptions {
  readonly components: number;
  readonly cells: number;
  readonly seed: number;
}

/** A cell counts where it has at least so many test and so many fake rows. */
const fewestRows = 20;

/**
 * C_T: in each cell of the training rows, the distances of fake rows to their nearest training row of the cell are compared with those of
 * test rows by a rank-sum test; C_T is the mean of its z over cells, weighted by their test rows. Cells with fewer than 20 test or fake
 * rows are left out, unless that would leave none; null where no cell has both.
 *
 * @see Meehan, Chaudhuri and Dasgupta 2020, arXiv:2004.05675
 */
export async function dataCopying(
  sets: CopyingSets,
  { components, cells, seed }: CopyingOptions,
): Promise<number | null> {
  const [known, test, fake] = await inComponents(sets, components);
  const divided = cellsOf(known, cells, new RandomStream(seed, 'data copying'));
  const parts = [known, test, fake].map((points) => partsOf(points, cellOfEach(points, divided), divided.count));
  const all = Array.from({ length: divided.count }, (_, cell) => parts.map((part) => part[cell] ?? noRows));
  const usable = all.filter((rows) => rows.every((part) => part.rows > 0));
  const large = usable.filter(([, tested, made]) => Math.min(tested?.rows ?? 0, made?.rows ?? 0) >= fewestRows);
  let [weighted, weights] = [0, 0];
  for (const [near, tested, made] of large.length > 0 ? large : usable) {
    if (!near || !tested || !made) continue;
    const [others, asked, compared] = prepareRows([near, made, tested]);
    weighted += tested.rows * rankSum(await distances(asked, others), await distances(compared, others));
    weights += tested.rows;
  }
  return weights === 0 ? null : weighted / weights;
}

/** The sets in the first principal components of the training rows; few columns are left as they are, so that equal distances stay equal. */
async function inComponents(
  { train, test, fake }: CopyingSets,
  components: number,
): Promise<readonly [Rows, Rows, Rows]> {
  if (train.columns <= components) return [train, test, fake];
  const axes = await principalAxes(train, Math.min(components, train.rows - 1));
  return [await project(train, axes), await project(test, axes), await project(fake, axes)];
}

const noRows: Rows = { data: new Float64Array(), rows: 0, columns: 0 };

/** The rows of each cell, in their order. */
function partsOf(points: Rows, assigned: Int32Array, count: number): Rows[] {
  const rows = assigned.map((_, row) => row);
  return Array.from({ length: count }, (_, cell) =>
    gathered(
      points,
      rows.filter((row) => assigned[row] === cell),
    ),
  );
}

/** Squared distance of each row from the nearest of the others: ranks are the same as of distances. */
const distances = async (rows: PreparedRows, others: PreparedRows): Promise<Float64Array> =>
  (await nearestAmong(rows, others)).distances;

/** z of the Mann-Whitney test: how many standard deviations more often a value of `a` exceeds one of `b` than by chance; ties count half. */
export function rankSum(a: Float64Array, b: Float64Array): number {
  const [n, m] = [a.length, b.length];
  const wins = pairsWon(a.slice().sort(), b.slice().sort());
  return (wins - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}
