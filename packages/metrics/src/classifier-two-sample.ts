import { RandomStream } from '@kindred/random';
import { checkFeaturePair, type Features } from './features.ts';
import { gathered } from './linear-algebra/rows.ts';
import { logisticRegression, scoresOf } from './statistics/logistic-regression.ts';
import { normalTail } from './statistics/normal-tail.ts';

/** How the classifier is fitted, and to what. */
export interface ClassifierTwoSampleOptions {
  /** Seed of the halves. Default 0. */
  readonly seed?: number;
  /** Strength of the ridge on the classifier's weights, positive; see logisticRegression. Default 1. */
  readonly ridge?: number;
}

/** How well a classifier tells the sets apart, and whether that could be chance. */
export interface ClassifierTwoSample {
  /** Share of held-out rows that the classifier gives to their own set, 0 ... 1: 0.5 is ideal, 1 tells the sets apart. */
  readonly accuracy: number;
  /** Of the one-sided test that the sets are of one distribution: small where the accuracy is above chance. */
  readonly pValue: number;
}

/**
 * Two-sample test by a classifier: can one learn to tell the two sets, and tell rows that it has not seen? As many rows of each
 * set as the smaller one has are shuffled by the seed; the classifier is fitted to one half of each, and its accuracy measured on
 * the other. Where the sets are of one distribution, it is about normal with mean 1/2 and variance 1 / (4 n) for n held-out rows,
 * which gives the p-value.
 *
 * The classifier is a logistic regression with a ridge, solved to convergence, on columns that are shifted and scaled to mean 0 and
 * variance 1 over the fitted half; columns that are constant there are left out. So it is the linear test: it sees differences of
 * means, of presence and absence of features, and none of variances or correlations alone; nearestNeighbourTwoSample sees those.
 * A row just between the two counts half.
 *
 * @param a [rows, columns], at least 2 rows
 * @param b [rows, columns], at least 2 rows, as many columns as `a`
 * @throws RangeError when features are malformed or not finite, or `ridge` is not positive
 * @see Lopez-Paz and Oquab 2017, arXiv:1610.06545
 */
export async function classifierTwoSample(
  a: Features,
  b: Features,
  { seed = 0, ridge = 1 }: ClassifierTwoSampleOptions = {},
): Promise<ClassifierTwoSample> {
  checkFeaturePair('classifierTwoSample', { a, b }, 2);
  if (!(ridge > 0 && Number.isFinite(ridge))) {
    throw new RangeError(`classifierTwoSample: ridge must be positive, got ${ridge}; leave it out for 1.`);
  }
  const random = new RandomStream(seed, 'classifier-two-sample');
  const each = Math.min(a.rows, b.rows);
  const fitted = Math.floor(each / 2);
  const [ofA, ofB] = [random.derive('a').permutation(a.rows), random.derive('b').permutation(b.rows)];
  const part = (from: number, to: number) =>
    joined(gathered(a, ofA.subarray(from, to)).data, gathered(b, ofB.subarray(from, to)).data);
  const [training, heldOut] = [part(0, fitted), part(fitted, each)];
  const standardise = standardiser(training, a.columns);
  standardise(training);
  standardise(heldOut);
  const labels = new Uint8Array(2 * fitted).fill(1, 0, fitted);
  const classifier = await logisticRegression({ values: training, columns: a.columns, labels }, ridge);
  const scores = scoresOf(heldOut, classifier);
  const right = scores.reduce(
    (sum, score, row) => sum + (1 + Math.sign(row < scores.length / 2 ? score : -score)) / 2,
    0,
  );
  const accuracy = right / scores.length;
  return { accuracy, pValue: normalTail((accuracy - 0.5) * 2 * Math.sqrt(scores.length)) };
}

/** The values of both, one behind the other. */
function joined(first: Float32Array, second: Float32Array): Float32Array {
  const values = new Float32Array(first.length + second.length);
  values.set(first);
  values.set(second, first.length);
  return values;
}

/** Standard deviations beyond which a held-out value is cut off: an overflow must not make the score NaN. */
const farthest = 1e6;

/** A function that changes rows as makes the columns of `rows` have mean 0 and variance 1, or all 0 where they are constant. */
function standardiser(rows: Float32Array, columns: number): (rows: Float32Array) => void {
  const count = rows.length / columns;
  const [means, squares] = [new Float64Array(columns), new Float64Array(columns)];
  for (let at = 0; at < rows.length;) {
    for (let j = 0; j < columns; j++, at++) means[j] = (means[j] ?? 0) + (rows[at] ?? 0) / count;
  }
  for (let at = 0; at < rows.length;) {
    for (let j = 0; j < columns; j++, at++) {
      squares[j] = (squares[j] ?? 0) + ((rows[at] ?? 0) - (means[j] ?? 0)) ** 2 / count;
    }
  }
  // A constant column may have a mean that is off by rounding: its spread is then far below float32's.
  const scales = squares.map((square, j) => (square > (1e-9 * (means[j] ?? 0)) ** 2 ? 1 / Math.sqrt(square) : 0));
  return (rows) => {
    for (let at = 0; at < rows.length;) {
      for (let j = 0; j < columns; j++, at++) {
        const value = ((rows[at] ?? 0) - (means[j] ?? 0)) * (scales[j] ?? 0);
        rows[at] = Math.min(Math.max(value, -farthest), farthest);
      }
    }
  };
}
