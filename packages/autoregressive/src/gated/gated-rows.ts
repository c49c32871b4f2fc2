import * as tf from '@tensorflow/tfjs-core';
import { gate, type Parameters } from '@kindred/nn';
import { thresholdOf, type PixelRows } from '../images/pixel-rows.ts';
import { windowsAbove } from '../images/windows-above.ts';
import { item } from '../list-item.ts';
import { gatedReach as reach, type GatedBlock, type GatedPixelCnn } from './gated-pixelcnn.ts';

export interface GatedRowsConfig {
  /** Pixels of a row. */
  readonly width: number;
  /** Images per draw. */
  readonly count: number;
}

/** What rows pass on: images are columns. */
interface Kept {
  readonly above: tf.Variable; // [reach, width, N]: the rows of pixels above
  /** [C, width, N] for each block but the last: what the vertical stack found in the row above. */
  readonly vertical: readonly tf.Variable[];
}

/**
 * Draws from a gated PixelCNN. A row's vertical stack needs the row above alone, and is worked out for the whole row at once; the horizontal stack
 * goes from pixel to pixel. So an image costs about one forward pass.
 *
 * @param state for what is kept
 */
export function gatedRows(network: GatedPixelCnn, state: Parameters, { width, count }: GatedRowsConfig): PixelRows {
  const [channels = 1] = network.head1Bias.shape;
  const kept: Kept = {
    above: state.state('above', [reach, width, count]),
    vertical: network.blocks.slice(1).map((_, i) => state.state(`vertical-${i}`, [channels, width, count])),
  };
  return {
    reset() {
      for (const variable of [kept.above, ...kept.vertical]) variable.assign(tf.zeros(variable.shape));
    },
    drawRow(noise) {
      const links = verticalStack(network, kept, width, count);
      const pixel = horizontalStack(network, count);
      const thresholds = tf.split(thresholdOf(noise), width); // of [1, N]
      const logits: tf.Tensor[] = [];
      const drawn = Array.from({ length: reach }, () => tf.zeros([1, count]));
      let before: tf.Tensor | null = null;
      for (let column = 0; column < width; column++) {
        const known = links.map((link) => item(link, column));
        const { logit, inputs } = pixel(tf.concat(drawn.slice(-reach)), known, before);
        before = inputs;
        logits.push(logit);
        drawn.push(tf.cast(tf.less(item(thresholds, column), logit), 'float32'));
      }
      const row = tf.concat(drawn.slice(reach)); // [width, N]
      const older = tf.slice(kept.above, [1, 0, 0], [reach - 1, width, count]);
      kept.above.assign(tf.concat([older, tf.expandDims(row, 0)]));
      return { drawn: row, logits: tf.concat(logits) };
    },
  };
}

/** kernel^T x: kernel [..., inputs, outputs] as [all taps' inputs, outputs] and x [taps' inputs, places] to [outputs, places]. */
function product(kernel: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.matMul(tf.reshape(kernel, [x.shape[0] ?? 1, -1]), x, true);
}

const columnOf = (bias: tf.Tensor): tf.Tensor => tf.expandDims(bias, 1); // [size, 1]

/** What the vertical stack adds to the horizontal one at each pixel of the next row: for each block, [2C, N] per pixel. Keeps its row for the next. */
function verticalStack({ blocks }: GatedPixelCnn, kept: Kept, width: number, count: number): tf.Tensor[][] {
  let row: tf.Tensor | null = null; // [C, width, N]: this row of the block before
  return blocks.map(({ vertical, verticalBias, link, horizontalBias }, i) => {
    const seen = row === null ? windowsAbove(kept.above, reach) : twoRows(item(kept.vertical, i - 1), row);
    const fromAbove = tf.add(product(vertical, seen), columnOf(verticalBias)); // [2C, width * N]
    if (row !== null) item(kept.vertical, i - 1).assign(row);
    row = tf.reshape(gate(fromAbove, 0), [-1, width, count]);
    const joined = tf.add(product(link, fromAbove), columnOf(horizontalBias));
    return tf.unstack(tf.reshape(joined, [-1, width, count]), 1);
  });
}

/** Windows of 2 x 3 in the row above and this one, [C, width, N] each: [2 * 3 * C, width * N]. */
function twoRows(above: tf.Tensor, here: tf.Tensor): tf.Tensor {
  const [channels = 1, width = 1, count = 1] = here.shape;
  const windows = [above, here].flatMap((row) => {
    const padded = tf.pad(row, [
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
    return [0, 1, 2].map((tap) => tf.slice(padded, [0, tap, 0], [channels, width, count]));
  });
  return tf.reshape(tf.concat(windows), [6 * channels, width * count]);
}

/**
 * A pixel: `last` are the three pixels before [3, N], `known` what the vertical stack adds, [2C, N] for each block, `before` what went into the blocks
 * behind the first at the pixel before, [blocks - 1, C, N], null at the first pixel.
 */
function horizontalStack({ blocks, head1, head1Bias, head2, head2Bias }: GatedPixelCnn, count: number) {
  const later = blocks.slice(1);
  const [channels = 1] = head1Bias.shape;
  const tap = ({ horizontal }: GatedBlock, at: number): tf.Tensor =>
    tf.reshape(tf.slice(horizontal, [0, at, 0, 0], [1, 1, channels, 2 * channels]), [channels, 2 * channels]);
  const lefts = later.length > 0 ? tf.stack(later.map((block) => tap(block, 0))) : null; // [blocks - 1, C, 2C]
  const owns = later.map((block) => tap(block, 1));

  return (last: tf.Tensor, known: readonly tf.Tensor[], before: tf.Tensor | null) => {
    const fromLeft = before && lefts ? tf.unstack(tf.matMul(lefts, before, true)) : null; // of [2C, N]
    const inputs: tf.Tensor[] = [];
    let h: tf.Tensor = last; // [3, N], then [C, N]
    for (const [i, { horizontal, out, outBias }] of blocks.entries()) {
      if (i > 0) inputs.push(h);
      const left = fromLeft?.[i - 1];
      const own = i === 0 ? product(horizontal, h) : tf.matMul(item(owns, i - 1), h, true);
      const joined = tf.add(own, i > 0 && left ? tf.add(left, item(known, i)) : item(known, i)); // [2C, N]
      const found = tf.add(product(out, gate(joined, 0)), columnOf(outBias));
      h = i === 0 ? found : tf.add(h, found);
    }
    const features = tf.relu(tf.add(product(head1, tf.relu(h)), columnOf(head1Bias)));
    return {
      logit: tf.add(product(head2, features), columnOf(head2Bias)), // [1, N]
      inputs: inputs.length > 0 ? tf.reshape(tf.concat(inputs), [inputs.length, channels, count]) : null,
    };
  };
}
