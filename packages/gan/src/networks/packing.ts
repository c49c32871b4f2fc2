import * as tf from '@tensorflow/tfjs-core';

/**
 * Examples [N, ..., C] as M = N / size packs [M, ..., size * C] along the last axis: pack i holds the examples i, i + M, i + 2 M, ...
 * A discriminator that sees several examples at once sees that they are all alike where the generator has lost modes.
 *
 * @see Lin et al. 2018, arXiv:1712.04086
 */
export function packed(x: tf.Tensor, size: number): tf.Tensor {
  return size === 1 ? x : tf.concat(tf.split(x, size, 0), x.rank - 1);
}

/** Throws where a batch does not fill its packs. */
export function checkPacking(size: number, batchSize: number): void {
  if (batchSize % size === 0) return;
  throw new Error(
    `gan: packing ${size} does not divide the batch size ${batchSize}; choose a multiple of ${size} as batch size, or another packing.`,
  );
}
