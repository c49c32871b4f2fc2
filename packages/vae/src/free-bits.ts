import * as tf from '@tensorflow/tfjs-core';

/**
 * The KL that is minimised with free bits, a scalar: sum over codes of max(least, mean over the batch of the code's KL). A code whose
 * KL is below the limit gets no gradient from it, so none is pushed to be ignored.
 *
 * @param kl of each code, nats, [N, latentSize]
 * @param least nats per code, at least 0
 * @see Kingma et al. 2016, arXiv:1606.04934
 */
export const klWithFreeBits = (kl: tf.Tensor, least: number): tf.Tensor => tf.sum(tf.maximum(tf.mean(kl, 0), least));
