import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '@kindred/random';
import type { KernelNorm } from './kernel-norm.ts';

/**
 * Spectral normalisation: the kernel over its largest singular value, so that a linear layer stretches nothing by more than 1. A kernel
 * [..., last] counts as the matrix W [product of the others, last]: of a convolution that is the matrix of one window, whose
 * norm bounds the convolution's only up to the number of windows that overlap in a pixel, as in the paper.
 *
 *     v = W u / |W u|,  u = W^T v / |W^T v|,  sigma = v^T W u,  kernel / sigma
 *
 * One step of that power iteration per `training` pass; the other modes use its u and v, so that real and fake examples of one
 * update meet the same kernel. Gradients flow through sigma with u and v as constants: d sigma / d W = v u^T. The first u is a fixed
 * random vector, moved by one step when the layer is built. Where W is 0 so is the result, and u stays as it is.
 * State: `spectral-u` [last, 1], `spectral-v` [product of the others, 1].
 *
 * @see Miyato et al. 2018, arXiv:1802.05957
 */
export const spectralNorm: KernelNorm = (parameters, kernel) => {
  const columns = kernel.shape.at(-1) ?? 1;
  const rows = kernel.size / columns;
  const start = new RandomStream('spectral norm').fillNormal(new Float32Array(columns));
  const u = parameters.state('spectral-u', [columns, 1], start);
  const v = parameters.state('spectral-v', [rows, 1]);
  const iterate = (matrix: tf.Tensor): void => {
    v.assign(unit(tf.matMul(matrix, u)));
    // A trace of the last u: where W is 0 it is all that is left, and a u of 0 would stay 0 for ever. Else it is lost in rounding.
    u.assign(unit(tf.add(tf.matMul(matrix, v, true), tf.mul(u, smallest))));
  };
  tf.tidy(() => iterate(tf.reshape(kernel, [rows, columns])));
  return (mode) => {
    const matrix = tf.reshape(kernel, [rows, columns]);
    // A variable's value after an assignment is no function of the kernel to the tape: u and v are constants.
    if (mode === 'training') iterate(matrix);
    const sigma = tf.sum(tf.mul(v, tf.matMul(matrix, u)));
    return tf.div(kernel, tf.maximum(sigma, smallest));
  };
};

const smallest = 1e-12;

/** The vector at length 1; 0 stays 0. */
const unit = (vector: tf.Tensor): tf.Tensor => tf.div(vector, tf.maximum(tf.sqrt(tf.sum(tf.square(vector))), smallest));
