import * as tf from '@tensorflow/tfjs-core';
import { gate } from '@kindred/nn';
import type { CodePrior } from './code-prior.ts';
import { atEachPlace } from './prior-layers.ts';

/**
 * Draws codes from the prior, place by place: one-hot, [N, rows, columns, codes]. Everything that a place needs of the ones before is
 * kept, rows of the vertical stack and the current row of the horizontal one, so that a draw costs as much as one pass over the grid.
 * The graph has all places side by side: some 15 nodes per place and layer.
 *
 * @param noise from U[0, 1), [N, rows * columns]
 * @param classes one-hot, [N, classes], where the prior is told them
 */
export function drawCodes(prior: CodePrior, noise: tf.Tensor, classes?: tf.Tensor): tf.Tensor {
  const [rows, columns] = prior.grid;
  const { stack, channels } = prior;
  const [examples = 1] = noise.shape;
  const emptyRow = tf.zeros([examples, 1, columns, channels]);
  const emptyPlace = tf.zeros([examples, 1, 1, channels]);
  /** For each layer its vertical input, row by row: the embedded codes, then the outputs of the layer before. */
  const above: tf.Tensor[][] = stack.map(() => []);
  const drawn: tf.Tensor[] = [];
  for (let row = 0; row < rows; row++) {
    const linked = stack.map((layer, i) => {
      const value = layer.vertical((up) => above[i]?.[row - up] ?? emptyRow);
      above[i + 1]?.push(gate(value, 3));
      return layer.link(value, classes); // [N, 1, columns, 2 * channels]
    });
    const before: tf.Tensor[][] = stack.map(() => []);
    const codes: tf.Tensor[] = [];
    for (let column = 0; column < columns; column++) {
      let value = emptyPlace;
      stack.forEach((layer, i) => {
        const here = tf.slice(linked[i] ?? emptyRow, [0, 0, column, 0], [examples, 1, 1, 2 * channels]);
        value = layer.horizontal((left) => before[i]?.[column - left] ?? emptyPlace, here);
        before[i + 1]?.push(value);
      });
      const uniform = tf.slice(noise, [0, row * columns + column], [examples, 1]);
      const code = categorical(tf.reshape(atEachPlace(prior.head, value), [examples, prior.codes]), uniform);
      codes.push(tf.reshape(code, [examples, 1, 1, prior.codes]));
      before[0]?.push(tf.reshape(prior.embed(code), [examples, 1, 1, channels]));
    }
    above[0]?.push(tf.concat(before[0] ?? [], 2));
    drawn.push(tf.concat(codes, 2));
  }
  return tf.concat(drawn, 1);
}

/** A draw from softmax(logits), one-hot, [N, codes]: the first code whose cumulative probability exceeds the noise [N, 1]. */
function categorical(logits: tf.Tensor, noise: tf.Tensor): tf.Tensor {
  const codes = logits.shape[1] ?? 1;
  const below = tf.lessEqual(tf.cumsum(tf.softmax(logits), 1), noise);
  // Sums of float32 may end a little below 1: noise above that takes the last code.
  const chosen = tf.minimum(tf.sum(tf.cast(below, 'int32'), 1), codes - 1);
  return tf.oneHot(tf.cast(chosen, 'int32'), codes, 1, 0, 'float32');
}
