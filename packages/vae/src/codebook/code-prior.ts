import * as tf from '@tensorflow/tfjs-core';
import { dense, gate, logSumExp, relu, type Layer, type Parameters } from '@kindred/nn';
import { atEachPlace, priorLayer, shifted, type PriorLayer } from './prior-layers.ts';

export interface CodePriorConfig {
  /** [rows, columns] */
  readonly grid: readonly [number, number];
  /** Number of different codes. */
  readonly codes: number;
  readonly channels: number;
  /** Layers; with the first one's two rows up, a layer more sees one row further. */
  readonly layers: number;
  /** Number of classes that the prior is told; 0 for none. */
  readonly classes: number;
}

/** The parts of the prior, from which a pass over the grid and a draw place by place are put together. */
export interface CodePrior extends CodePriorConfig {
  /** One-hot codes [M, codes] to what the first layer sees, [M, channels]. */
  readonly embed: Layer;
  readonly stack: readonly PriorLayer[];
  /** The last layer's output [M, channels] to logits [M, codes]. */
  readonly head: Layer;
}

/** An autoregressive model of grids of codes, in raster order: a small gated PixelCNN. */
export function codePrior(parameters: Parameters, config: CodePriorConfig): CodePrior {
  const { codes, channels, layers, classes } = config;
  const hidden = dense(parameters.scope('head'), { inputs: channels, outputs: channels, activation: relu });
  const output = dense(parameters.scope('output'), { inputs: channels, outputs: codes });
  return {
    ...config,
    embed: dense(parameters.scope('embedding'), { inputs: codes, outputs: channels, bias: false }),
    stack: Array.from({ length: layers }, (_, i) =>
      priorLayer(parameters.scope(`layer-${i + 1}`), { channels, first: i === 0, classes }),
    ),
    head: (x) => output(hidden(relu(x))),
  };
}

/**
 * Logits of all places at once, each given the codes before it, [N, rows, columns, codes].
 *
 * @param codes one-hot, [N, rows, columns, codes]
 * @param classes one-hot, [N, classes], where the prior is told them
 */
export function priorLogits(prior: CodePrior, codes: tf.Tensor, classes?: tf.Tensor): tf.Tensor {
  let vertical = atEachPlace(prior.embed, codes);
  let horizontal = vertical;
  for (const layer of prior.stack) {
    const [above, before] = [vertical, horizontal];
    const value = layer.vertical((rows) => shifted(above, rows, 0));
    horizontal = layer.horizontal((columns) => shifted(before, 0, columns), layer.link(value, classes));
    vertical = gate(value, 3);
  }
  return atEachPlace(prior.head, horizontal);
}

/** log p(codes), nats per grid, [N]; parameters as for `priorLogits`. */
export function priorLogProbability(prior: CodePrior, codes: tf.Tensor, classes?: tf.Tensor): tf.Tensor {
  const logits = priorLogits(prior, codes, classes);
  const chosen = tf.sum(tf.mul(logits, codes), 3);
  return tf.sum(tf.sub(chosen, logSumExp(logits, 3)), [1, 2]);
}
