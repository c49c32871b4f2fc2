import * as tf from '@tensorflow/tfjs-core';
import type { Block } from './masks.ts';

/** The kernels of one block. */
export interface BlockLayer {
  readonly block: Block;
  /** [pixels before the block's end, its units]; null where the block has no units. */
  readonly unitKernel: tf.Variable | null;
  /** [features before the block's end, its pixels]; features are the blocks' pixels and units, block after block. */
  readonly logitKernel: tf.Variable;
}

/** The kernels of a MADE, absent connections 0: logits = relu(x units + unitBias) outputs + x direct + logitBias. */
export interface WholeKernels {
  readonly units: tf.Tensor; // [pixels, hidden]
  readonly unitBias: tf.Tensor; // [hidden]
  readonly outputs: tf.Tensor; // [hidden, pixels]
  readonly direct: tf.Tensor; // [pixels, pixels]
  readonly logitBias: tf.Tensor; // [pixels]
}

/** Puts the blocks' kernels together. A block's rows end where the block does: the rest is 0. */
export function wholeKernels(
  layers: readonly BlockLayer[],
  pixels: number,
): Pick<WholeKernels, 'units' | 'outputs' | 'direct'> {
  const hidden = layers.reduce((sum, { block }) => sum + block.degrees.length, 0);
  const units: tf.Tensor[] = [];
  const outputs: tf.Tensor[] = [];
  const direct: tf.Tensor[] = [];
  for (const [index, { unitKernel, logitKernel }] of layers.entries()) {
    if (unitKernel) units.push(withRows(unitKernel, pixels));
    const ofPixels: tf.Tensor[] = [];
    const ofUnits: tf.Tensor[] = [];
    let row = 0;
    for (const { block } of layers.slice(0, index + 1)) {
      const { length } = block.degrees;
      ofPixels.push(rows(logitKernel, row, block.to - block.from));
      if (length > 0) ofUnits.push(rows(logitKernel, row + block.to - block.from, length));
      row += block.to - block.from + length;
    }
    direct.push(withRows(tf.concat(ofPixels), pixels));
    const width = logitKernel.shape[1] ?? 0;
    outputs.push(ofUnits.length > 0 ? withRows(tf.concat(ofUnits), hidden) : tf.zeros([hidden, width]));
  }
  return { units: tf.concat(units, 1), outputs: tf.concat(outputs, 1), direct: tf.concat(direct, 1) };
}

const rows = (kernel: tf.Tensor, from: number, count: number): tf.Tensor => tf.slice(kernel, [from, 0], [count, -1]);

/** The kernel with rows of 0 below, `count` in all. */
function withRows(kernel: tf.Tensor, count: number): tf.Tensor {
  const [present = 0, width = 0] = kernel.shape;
  return present === count ? kernel : tf.concat([kernel, tf.zeros([count - present, width])]);
}
