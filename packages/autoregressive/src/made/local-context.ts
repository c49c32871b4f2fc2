import * as tf from '@tensorflow/tfjs-core';
import { heNormal, zeros, type Parameters } from '@kindred/nn';
import type { Grid } from '../images/pixel-rows.ts';

/** A pixel's view: the three rows above it, three pixels to both sides, and the three pixels left of it. */
const reach = 3;
const span = 2 * reach + 1;
const taps = reach * span + reach;

/** A small net that adds to each pixel's logit what the pixels just before it say, by the same rule everywhere. */
export interface LocalContext {
  /** x [N, rows * width] of 0 and 1 to what is added to the logits [N, rows * width]. */
  logits(x: tf.Tensor): tf.Tensor;
  /** What is added to the logit of one pixel [N, 1], from `above` [N, 21] and `left` [N, 3] of its view, in raster order. */
  logit(above: tf.Tensor, left: tf.Tensor): tf.Tensor;
}

/**
 * As in PixelCNN: a masked 7 x 7 convolution (type A) to `features`, ReLU, a layer 1 x 1, ReLU, a layer 1 x 1 to one logit. Its 24
 * causal taps are the only ones that exist: each is a shifted copy of the padded image, so the convolution is a product of
 * the kernel [24, features] with the taps of all pixels [24, N * pixels]. Features come first throughout, so that a
 * tap is copied in whole rows. Beyond the edge all pixels are dark.
 *
 * @see van den Oord et al. 2016, arXiv:1601.06759
 */
export function localContext(parameters: Parameters, { rows, width }: Grid, features: number): LocalContext {
  const kernel = parameters.variable('view-kernel', [taps, features], heNormal);
  const bias = parameters.variable('view-bias', [features, 1], zeros);
  const mixKernel = parameters.variable('mix-kernel', [features, features], heNormal);
  const mixBias = parameters.variable('mix-bias', [features, 1], zeros);
  // The whole model starts as the biases of its logits; MADE has one for each pixel, so there is none here.
  const logitKernel = parameters.variable('logit-kernel', [features, 1], zeros);

  /** views [24, places] to logits [1, places]. */
  const fromViews = (views: tf.Tensor): tf.Tensor => {
    const seen = tf.relu(tf.add(product(kernel, views), bias)); // [features, places]
    const mixed = tf.relu(tf.add(product(mixKernel, seen), mixBias));
    return product(logitKernel, mixed);
  };
  return {
    logits: (x) => tf.reshape(fromViews(viewsOf(x, rows, width)), [-1, rows * width]),
    logit: (above, left) => tf.transpose(fromViews(tf.transpose(tf.concat([above, left], 1)))),
  };
}

/** kernel^T x: kernel [inputs, outputs] and x [inputs, places] to [outputs, places]. */
const product = (kernel: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.matMul(kernel, x, true);

/** x [N, rows * width] to the views of all pixels [24, N * rows * width]. */
function viewsOf(x: tf.Tensor, rows: number, width: number): tf.Tensor {
  const images = tf.reshape(x, [-1, rows, width]);
  const padded = tf.pad(images, [
    [0, 0],
    [reach, 0],
    [reach, reach],
  ]); // [N, rows + 3, width + 6]
  const shifted = Array.from({ length: taps }, (_, tap) => {
    const view = tf.slice(padded, [0, Math.floor(tap / span), tap % span], [-1, rows, width]);
    return tf.reshape(view, [1, -1]);
  });
  return tf.concat(shifted, 0);
}

/** The view of an image that is drawn row by row: what a sampler carries along. */
export interface LocalView {
  readonly above: tf.Variable; // [count, 3, width + 6]: the last three rows, dark at both sides
}

export const localView = (state: Parameters, count: number, width: number): LocalView => ({
  above: state.state('local-view', [count, reach, width + 2 * reach]),
});

/** Darkens the rows above the first. */
export function resetView({ above }: LocalView): void {
  above.assign(tf.zeros(above.shape));
}

/** What is added to the logit of the row's next pixel [count, 1]; `drawn` are the row's pixels so far, each [count, 1]. */
export function nextLogit(context: LocalContext, { above }: LocalView, drawn: readonly tf.Tensor[]): tf.Tensor {
  const [count = 0] = above.shape;
  const window = tf.slice(above, [0, 0, drawn.length], [-1, -1, span]);
  const left = drawn.slice(-reach);
  const edge = left.length < reach ? [tf.zeros([count, reach - left.length])] : [];
  return context.logit(tf.reshape(window, [count, reach * span]), tf.concat([...edge, ...left], 1));
}

/** Moves the view down by the row [count, width] just drawn. */
export function moveView({ above }: LocalView, row: tf.Tensor): void {
  const padded = tf.pad(tf.expandDims(row, 1), [
    [0, 0],
    [0, 0],
    [reach, reach],
  ]);
  above.assign(tf.concat([tf.slice(above, [0, 1, 0], [-1, reach - 1, -1]), padded], 1));
}
