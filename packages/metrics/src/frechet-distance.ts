import { checkFeaturePair, checkFeatures, type Features } from './features.ts';
import { gaussianDistance, gaussianOf, type Gaussian } from './linear-algebra/gaussian.ts';

/**
 * Fréchet distance between two sets of features, each seen as a Gaussian:
 *
 *     |m_a - m_b|^2 + tr(S_a) + tr(S_b) - 2 tr((S_a S_b)^(1/2))
 *
 * with means m and unbiased covariances S (divisor rows - 1). It is the squared 2-Wasserstein distance of the two Gaussians.
 * Only with Inception-v3 pool3 features is it an "FID"; name it with its feature space.
 *
 * The trace term is computed as the sum of singular values of F_a F_b^T, where F^T F = S: these are the roots of the
 * eigenvalues of S_a S_b. Nothing is squared first, so near-singular covariances cost no digits, and constant features,
 * or fewer rows than columns, give the right finite number. At 2 048 columns that takes some 12 s, mostly for the singular values.
 *
 * @param a [rows, columns], at least 2 rows; or a `frechetReference` of them
 * @param b [rows, columns], at least 2 rows, as many columns as `a`; or a reference
 * @returns at least 0, in squared units of the features; lower is better. Biased upwards in the number of rows, by an amount
 *   that depends on the model: compare values at the same number of rows only.
 * @throws RangeError when features are malformed, too few or not finite
 * @see Heusel et al. 2017, arXiv:1706.08500; Chong and Forsyth 2020, arXiv:1911.07023, for the bias
 */
export async function frechetDistance(a: Features | FrechetReference, b: Features | FrechetReference): Promise<number> {
  checkFeaturePair('frechetDistance', { a: featuresOfSide(a), b: featuresOfSide(b) }, 2);
  return gaussianDistance(await gaussianOfSide(a), await gaussianOfSide(b));
}

/**
 * Features whose Gaussian is worked out once for many comparisons, which is half of the work or more. The features must not change as
 * long as it is used.
 */
export interface FrechetReference {
  readonly features: Features;
  readonly gaussian: Gaussian;
}

/**
 * Works out the Gaussian of a set of features, its mean and its unbiased covariance (divisor rows - 1), to be compared with many others
 * by `frechetDistance` and `frechetDistanceInfinity`. Distances are the same as with the features themselves.
 *
 * @param features [rows, columns], at least 2 rows; held, not copied
 * @returns the features and their Gaussian: at most columns x columns float64 numbers, fewer of few rows
 * @throws RangeError when features are malformed, too few or not finite
 * @see Heusel et al. 2017, arXiv:1706.08500
 */
export async function frechetReference(features: Features): Promise<FrechetReference> {
  checkFeatures(features, { metric: 'frechetReference', subject: 'features', minimumRows: 2 });
  return { features, gaussian: await gaussianOf(features) };
}

/** The features of a side of the comparison. */
export const featuresOfSide = (side: Features | FrechetReference): Features =>
  'gaussian' in side ? side.features : side;

/** The Gaussian of a side of the comparison. */
export const gaussianOfSide = async (side: Features | FrechetReference): Promise<Gaussian> =>
  'gaussian' in side ? side.gaussian : gaussianOf(side);
