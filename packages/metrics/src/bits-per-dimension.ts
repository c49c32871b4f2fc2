/** What a dimension can hold. */
export interface BitsPerDimensionOptions {
  /** Number of values that a dimension can take. Default 256: 8 bits. */
  readonly levels?: number;
}

/**
 * Bits per dimension, (nats / D + ln levels) / ln 2: what lossless coding of the quantised example would take. Lower is better;
 * log2(levels) is what a uniform density pays. The density is over intensities in 0 ... 1 with uniform dequantisation, that is of
 * (value + u) / levels with u from U[0, 1): a level is then 1 / levels wide, which is where ln levels comes from. Never mix it with
 * likelihoods of binarised images.
 *
 * @param nats negative log-likelihood of one example, or their mean; may be negative
 * @param dimensions D: values of one example, such as 28 * 28
 * @returns bits, of any sign: a density may exceed 1
 * @throws RangeError when an argument is not finite or out of range
 * @see Theis et al. 2016, arXiv:1511.01844
 */
export function bitsPerDimension(
  nats: number,
  dimensions: number,
  { levels = 256 }: BitsPerDimensionOptions = {},
): number {
  if (!Number.isFinite(nats)) {
    throw new RangeError(`bitsPerDimension: nats must be a finite number, got ${nats}; leave out what has diverged.`);
  }
  if (!Number.isInteger(dimensions) || dimensions < 1) {
    throw new RangeError(
      `bitsPerDimension: dimensions must be a positive integer, got ${dimensions}; pass how many values an example has.`,
    );
  }
  if (!Number.isInteger(levels) || levels < 2) {
    throw new RangeError(
      `bitsPerDimension: levels must be an integer of 2 or more, got ${levels}; leave it out for the 256 of 8 bits.`,
    );
  }
  return (nats / dimensions + Math.log(levels)) / Math.LN2;
}
