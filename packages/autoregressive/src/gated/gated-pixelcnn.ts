import * as tf from '@tensorflow/tfjs-core';
import { gate, glorotUniform, zeros, type Parameters } from '@kindred/nn';

export interface GatedConfig {
  /** Channels of each stack. */
  readonly channels: number;
  readonly blocks: number;
}

/** The variables of a block. Kernels [height, width, inputs, outputs] hold the taps that exist, and no others: there are no masks. */
export interface GatedBlock {
  /** [2, 3, C, 2C]: this row and the one above; of the first block [3, 7, 1, 2C]: the rows above. */
  readonly vertical: tf.Variable;
  readonly verticalBias: tf.Variable; // [2C]
  /** [1, 2, C, 2C]: the pixel before and this one; of the first block [1, 3, 1, 2C]: the pixels before. */
  readonly horizontal: tf.Variable;
  readonly horizontalBias: tf.Variable; // [2C]
  /** [1, 1, 2C, 2C]: from the vertical stack to the horizontal one. */
  readonly link: tf.Variable;
  readonly out: tf.Variable; // [1, 1, C, C]
  readonly outBias: tf.Variable; // [C]
}

export interface GatedPixelCnn {
  readonly blocks: readonly GatedBlock[];
  readonly head1: tf.Variable; // [1, 1, C, C]
  readonly head1Bias: tf.Variable; // [C]
  readonly head2: tf.Variable; // [1, 1, C, 1]
  readonly head2Bias: tf.Variable; // [1]
}

/** Rows above, and pixels to either side, that the first block sees. */
export const gatedReach = 3;

export function gatedPixelCnn(parameters: Parameters, { channels, blocks }: GatedConfig): GatedPixelCnn {
  const kernel = (scope: Parameters, name: string, ...shape: number[]) => scope.variable(name, shape, glorotUniform);
  const bias = (scope: Parameters, name: string, size: number) => scope.variable(name, [size], zeros);
  const [c, both] = [channels, 2 * channels];
  const block = (scope: Parameters, first: boolean): GatedBlock => ({
    vertical: first ? kernel(scope, 'vertical', 3, 7, 1, both) : kernel(scope, 'vertical', 2, 3, c, both),
    verticalBias: bias(scope, 'vertical-bias', both),
    horizontal: first ? kernel(scope, 'horizontal', 1, 3, 1, both) : kernel(scope, 'horizontal', 1, 2, c, both),
    horizontalBias: bias(scope, 'horizontal-bias', both),
    link: kernel(scope, 'link', 1, 1, both, both),
    out: kernel(scope, 'out', 1, 1, c, c),
    outBias: bias(scope, 'out-bias', c),
  });
  return {
    blocks: Array.from({ length: blocks }, (_, i) => block(parameters.scope(`block-${i}`), i === 0)),
    head1: kernel(parameters, 'head-1', 1, 1, c, c),
    head1Bias: bias(parameters, 'head-1-bias', c),
    head2: kernel(parameters, 'head-2', 1, 1, c, 1),
    head2Bias: bias(parameters, 'head-2-bias', 1),
  };
}

/**
 * Binary images [N, H, W, 1] to the logits of their pixels [N, H, W, 1], each given all pixels before it. The vertical stack sees whole rows above;
 * the horizontal one sees the pixels before in the row, and at each block the vertical stack, so there is no blind spot. At row r the vertical
 * stack knows the rows before r alone, which is what the first block makes sure of, so later blocks may use its row r.
 *
 * @see van den Oord et al. 2016, arXiv:1606.05328
 */
export function gatedLogits({ blocks, head1, head1Bias, head2, head2Bias }: GatedPixelCnn, x: tf.Tensor): tf.Tensor {
  let [v, h] = [x, x]; // [N, H, W, 1], then [N, H, W, C]
  for (const [i, block] of blocks.entries()) {
    const first = i === 0;
    const fromAbove = tf.add(first ? aboveConv(v, block.vertical) : upwardConv(v, block.vertical), block.verticalBias);
    const fromLeft = first ? leftConv(h, block.horizontal) : leftwardConv(h, block.horizontal);
    const joined = tf.add(tf.add(fromLeft, conv(fromAbove, block.link)), block.horizontalBias); // [N, H, W, 2C]
    const found = tf.add(conv(gate(joined, 3), block.out), block.outBias);
    v = gate(fromAbove, 3);
    h = first ? found : tf.add(h, found);
  }
  const last = tf.relu(tf.add(conv(tf.relu(h), head1), head1Bias));
  return tf.add(conv(last, head2), head2Bias);
}

const conv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'valid');

const pad = (x: tf.Tensor, top: number, left: number, right: number): tf.Tensor =>
  tf.pad(x, [
    [0, 0],
    [top, 0],
    [left, right],
    [0, 0],
  ]);

/** Of the rows above alone: the last row is seen by none. */
function aboveConv(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const padded = pad(x, gatedReach, gatedReach, gatedReach);
  return conv(tf.slice(padded, [0, 0, 0, 0], [-1, (padded.shape[1] ?? 0) - 1, -1, -1]), kernel);
}

/** Of the pixels before alone: the last column is seen by none. */
function leftConv(x: tf.Tensor, kernel: tf.Tensor): tf.Tensor {
  const padded = pad(x, 0, gatedReach, 0);
  return conv(tf.slice(padded, [0, 0, 0, 0], [-1, -1, (padded.shape[2] ?? 0) - 1, -1]), kernel);
}

/** Of this row and the one above. */
const upwardConv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor => conv(pad(x, 1, 1, 1), kernel);

/** Of this pixel and the one before. */
const leftwardConv = (x: tf.Tensor, kernel: tf.Tensor): tf.Tensor => conv(pad(x, 0, 1, 0), kernel);
