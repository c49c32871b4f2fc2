import { checkFinite } from './features.ts';
import { pairsWon } from './statistics/pairs-won.ts';

/**
 * Area under the receiver operating characteristic of a score that should be higher for anomalies: the probability that an anomalous
 * example scores above a normal one, ties counted half. 1 tells the two apart, 0.5 is chance, below that the score is the wrong way round.
 * It is Mann and Whitney's U over the number of pairs, so no threshold is chosen.
 *
 * @param normal scores of normal examples, at least one
 * @param anomalous scores of anomalous examples, at least one
 * @returns 0 ... 1
 * @throws RangeError where one of the two is empty, or a score is not finite
 * @see Hanley and McNeil 1982, "The meaning and use of the area under a receiver operating characteristic (ROC) curve"
 */
export function areaUnderRoc(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  const [low, high] = [checkedScores('normal', normal), checkedScores('anomalous', anomalous)];
  return pairsWon(high, low) / (low.length * high.length);
}

/** The scores, ascending. */
function checkedScores(subject: string, scores: ArrayLike<number>): Float64Array {
  if (scores.length === 0) {
    throw new RangeError(
      `areaUnderRoc: ${subject}: at least one score must be given, got none; pass examples of both kinds.`,
    );
  }
  checkFinite(scores, (at) => `areaUnderRoc: ${subject}: score ${at}`);
  return Float64Array.from(scores).sort();
}
