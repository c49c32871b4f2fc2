import { checkFeaturePair, type Features } from './features.ts';
import { dataCopying } from './data-copying.ts';
import { prepareRows } from './linear-algebra/distance-blocks.ts';
import { nearestAmong, neighbourRadiiOf } from './linear-algebra/nearest-neighbours.ts';

/** How data copying is looked for. */
export interface AuthenticityOptions {
  /** Data copying is looked for in so many principal components of the training rows, where there are more columns. Default 64. */
  readonly components?: number;
  /** Cells that the space is divided into for data copying. Default 3. */
  readonly cells?: number;
  /** Seed of the cells: the same seed gives the same result. Default 0. */
  readonly seed?: number;
}

/** Two answers to whether fake rows are copies of training rows. */
export interface Authenticity {
  /**
   * Share of fake rows that are no copies, 0 ... 1, higher is better: a fake row counts where it is farther from its nearest training row
   * than that row is from its own nearest other training row. AuthPct / 100. For equal distributions it is 1/3 in one dimension, 0.38 in
   * two, and may be 0.9 in hundreds, where few rows are the nearest of many: read it beside that of test rows.
   */
  readonly authenticShare: number;
  /**
   * C_T, in standard deviations: negative where fake rows are nearer to training rows than test rows are (copying), positive where they
   * are farther (underfitting), near 0 is best. It grows with the root of the number of rows: compare at equal numbers. Cells with fewer
   * than 20 test rows, or fewer than 20 fake rows, are left out; where that leaves none, all that hold both count. null where no cell
   * holds both, as after a collapse into a corner: there is nothing to compare then.
   */
  readonly dataCopying: number | null;
}

/**
 * Whether a model makes up its samples or copies its training rows, by two tests that need the rows it was trained on.
 *
 * @param train [rows, columns], at least 2 rows: those that the model was trained on
 * @param test [rows, columns], at least 2 rows of the same distribution that it has not seen
 * @param fake [rows, columns], at least 2 rows
 * @returns a share, and standard deviations; see the fields
 * @throws RangeError when features are malformed, too few or not finite, or an option is out of range
 * @see Alaa et al. 2022, arXiv:2102.08921 (authenticity); Meehan, Chaudhuri and Dasgupta 2020, arXiv:2004.05675 (data copying)
 */
export async function authenticity(
  train: Features,
  test: Features,
  fake: Features,
  { components = 64, cells = 3, seed = 0 }: AuthenticityOptions = {},
): Promise<Authenticity> {
  checkFeaturePair('authenticity', { train, test, fake }, 2);
  for (const [name, value] of Object.entries({ components, cells })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `authenticity: ${name} must be a positive integer, got ${value}; leave it out for the default.`,
      );
    }
  }
  return {
    authenticShare: await authenticShare(train, fake),
    dataCopying: await dataCopying({ train, test, fake }, { components, cells, seed }),
  };
}

async function authenticShare(train: Features, fake: Features): Promise<number> {
  const [known, made] = prepareRows([train, fake]);
  // Of several training rows at the same distance the first counts.
  const { distances, indices } = await nearestAmong(made, known);
  const nearest = indices
    .slice()
    .sort()
    .filter((row, i, sorted) => row !== sorted[i - 1]);
  const radii = await neighbourRadiiOf(known, nearest, 1);
  const radiusOf = new Map(Array.from(nearest, (row, i) => [row, radii[i] ?? 0]));
  const authentic = distances.filter((distance, row) => distance > (radiusOf.get(indices[row] ?? 0) ?? 0));
  return authentic.length / fake.rows;
}
