import * as tf from '@tensorflow/tfjs-core';
import { dense, gate, type Layer, type Parameters } from '@kindred/nn';

export interface PriorLayerConfig {
  /** Channels of both stacks. */
  readonly channels: number;
  /** Whether it is the first layer, which must not see the place itself. */
  readonly first: boolean;
  /** Number of classes that it is told; 0 for none. */
  readonly classes: number;
}

/**
 * A layer of two stacks, as in the gated PixelCNN. The vertical one sees rows above, the horizontal one the row so far and what the vertical
 * one says. All of it is written over taps: what lies some rows up or some columns to the left. So the same layer runs over a whole grid
 * and over one row or place at a time. Tensors are [N, rows, columns, channels], of whatever part of the grid.
 *
 * @see van den Oord et al. 2016, arXiv:1606.05328; taps by shifting as in Salimans et al. 2017, arXiv:1701.05517
 */
export interface PriorLayer {
  /**
   * The vertical stack before its gate, [..., 2 * channels].
   * @param above the stack's input so many rows further up
   */
  vertical(above: (rows: number) => tf.Tensor): tf.Tensor;
  /** What the vertical stack and the classes [N, classes] add to the horizontal one before its gate, [..., 2 * channels]. */
  link(vertical: tf.Tensor, classes: tf.Tensor | undefined): tf.Tensor;
  /**
   * The horizontal stack's output, [..., channels].
   * @param before the stack's input so many columns further left
   */
  horizontal(before: (columns: number) => tf.Tensor, linked: tf.Tensor): tf.Tensor;
}

export function priorLayer(parameters: Parameters, { channels, first, classes }: PriorLayerConfig): PriorLayer {
  // A later layer may see its own place: what lies there comes from places before it.
  const back = first ? [1, 2] : [0, 1];
  const vertical = dense(parameters.scope('vertical'), { inputs: 6 * channels, outputs: 2 * channels });
  const horizontal = dense(parameters.scope('horizontal'), { inputs: 2 * channels, outputs: 2 * channels });
  const link = dense(parameters.scope('link'), { inputs: 2 * channels, outputs: 2 * channels, bias: false });
  const residual = dense(parameters.scope('residual'), { inputs: channels, outputs: channels });
  const told =
    classes > 0 ? dense(parameters.scope('classes'), { inputs: classes, outputs: 2 * channels, bias: false }) : null;
  return {
    vertical: (above) => {
      const taps = back.flatMap((rows) => [-1, 0, 1].map((columns) => shifted(above(rows), 0, columns)));
      return atEachPlace(vertical, tf.concat(taps, 3));
    },
    link: (value, y) => {
      const linked = atEachPlace(link, value);
      return told && y ? tf.add(linked, tf.reshape(told(y), [y.shape[0] ?? 1, 1, 1, 2 * channels])) : linked;
    },
    horizontal: (before, linked) => {
      const taps = tf.concat(back.map(before), 3);
      const value = atEachPlace(residual, gate(tf.add(atEachPlace(horizontal, taps), linked), 3));
      return first ? value : tf.add(value, before(0));
    },
  };
}

/** A layer of rows [M, inputs] at each place of [N, rows, columns, inputs]. */
export function atEachPlace(layer: Layer, x: tf.Tensor): tf.Tensor {
  const [examples = 1, rows = 1, columns = 1, inputs = 1] = x.shape;
  return tf.reshape(layer(tf.reshape(x, [examples * rows * columns, inputs])), [examples, rows, columns, -1]);
}

/** What lies `up` rows further up and `left` columns further left (right, where that is negative), zero outside the grid. */
export function shifted(x: tf.Tensor, up: number, left: number): tf.Tensor {
  const [examples = 1, rows = 1, columns = 1, channels = 1] = x.shape;
  if (up === 0 && left === 0) return x;
  const [down, right] = [Math.max(up, 0), Math.max(left, 0)];
  const padded = tf.pad(x, [
    [0, 0],
    [down, Math.max(-up, 0)],
    [right, Math.max(-left, 0)],
    [0, 0],
  ]);
  return tf.slice(padded, [0, Math.max(-up, 0), Math.max(-left, 0), 0], [examples, rows, columns, channels]);
}
