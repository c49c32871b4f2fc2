import { checkFeatures, type Features } from './features.ts';

/** How the rows are divided. */
export interface InceptionScoreOptions {
  /** Parts that the rows are divided into, one behind the other; each gives a score. Default 10. */
  readonly splits?: number;
}

/** The score, and how it varies over parts. No unit. */
export interface InceptionScore {
  /** Mean over the parts, 1 ... number of classes: higher is better. */
  readonly score: number;
  /** Standard deviation over the parts (divisor: their number), 0 for one part: no standard error. */
  readonly deviation: number;
}

/** How far the probabilities of a row may be from a sum of 1. */
const sumTolerance = 1e-3;

/**
 * Inception score: exp of the mean divergence KL(p(y | x) || p(y)) in nats, high where a classifier is sure of each sample and
 * the samples together are of all classes. It never looks at real data, sees neither a memorised set nor a collapse within a class, and
 * compares only under one classifier; it is called by this name whatever the classifier is, so name that too. Fewer rows a part
 * give lower scores. Part i of n rows holds rows floor(i n / splits) ... floor((i + 1) n / splits) - 1.
 *
 * @param probabilities [rows, classes], each row a distribution over the classes
 * @throws RangeError when they are malformed or not finite, a row is no distribution, or `splits` is no integer in 1 ... rows
 * @see Salimans et al. 2016, arXiv:1606.03498; Barratt and Sharma 2018, arXiv:1801.01973
 */
export function inceptionScore(probabilities: Features, { splits = 10 }: InceptionScoreOptions = {}): InceptionScore {
  const { rows } = probabilities;
  checkFeatures(probabilities, { metric: 'inceptionScore', subject: 'probabilities', minimumRows: 1 });
  checkDistributions(probabilities);
  if (!Number.isInteger(splits) || splits < 1 || splits > rows) {
    throw new RangeError(
      `inceptionScore: splits must be an integer in 1 ... ${rows}, the number of rows, got ${splits}; lower it or draw more samples.`,
    );
  }
  const scores = Array.from({ length: splits }, (_, i) =>
    scoreOf(probabilities, Math.floor((i * rows) / splits), Math.floor(((i + 1) * rows) / splits)),
  );
  const score = scores.reduce((sum, value) => sum + value, 0) / splits;
  const variance = scores.reduce((sum, value) => sum + (value - score) ** 2, 0) / splits;
  return { score, deviation: Math.sqrt(variance) };
}

function checkDistributions({ data, rows, columns }: Features): void {
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    const sum = values.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > sumTolerance || values.some((value) => value < 0)) {
      const wrong = values.some((value) => value < 0) ? 'a negative value' : `a sum of ${sum}`;
      throw new RangeError(
        `inceptionScore: row ${row} needs probabilities, none negative, that sum to 1, got ${wrong}; pass the outputs of a softmax.`,
      );
    }
  }
}

/** exp of the mean divergence of rows start ... end - 1 from their mean. */
function scoreOf({ data, columns }: Features, start: number, end: number): number {
  const marginal = new Float64Array(columns);
  for (let at = start * columns; at < end * columns; at++) {
    marginal[at % columns] = (marginal[at % columns] ?? 0) + (data[at] ?? 0) / (end - start);
  }
  let divergence = 0;
  for (let at = start * columns; at < end * columns; at++) {
    const p = data[at] ?? 0;
    if (p > 0) divergence += p * Math.log(p / (marginal[at % columns] ?? 0));
  }
  return Math.exp(Math.max(divergence, 0) / (end - start)); // below 0 by rounding only
}
