import * as tf from '@tensorflow/tfjs-core';
import type { Parameters } from '@kindred/nn';
import { thresholdOf, type PixelRows } from '../images/pixel-rows.ts';
import { windowsAbove } from '../images/windows-above.ts';
import { item } from '../list-item.ts';
import type { PixelCnnConfig } from './pixelcnn.ts';

export interface PixelRowsConfig extends PixelCnnConfig {
  /** Pixels of a row. */
  readonly width: number;
  /** Images per draw. */
  readonly count: number;
}

/** Rows above a pixel, and pixels on either side, that the window of 7x7 sees. */
const reach = 3;
/** Pixels before the one in the middle that a window of 3x3 sees. */
const taps = 4;

/**
 * Draws from a PixelCNN with its own layers at the new pixel alone: what the layers found at the places before is kept. A row costs about one
 * forward pass over that row. What a pixel's neighbours add to all blocks' windows is one batch of products.
 *
 * @param network the variables of `pixelCnn`
 * @param state for what is kept
 */
export function pixelCnnRows(network: Parameters, state: Parameters, config: PixelRowsConfig): PixelRows {
  const { width, count } = config;
  const found = network.all;
  const variable = (name: string): tf.Variable => {
    const variable = found[name];
    if (!variable) throw new Error(`pixelcnn: no variable ${name}; pass the parameters that the network was made in.`);
    return variable;
  };
  const kept = stateOf(state, config);
  return {
    reset: () => reset(variable, kept, config),
    drawRow(noise) {
      const layers = pixelLayers(variable, kept, config);
      const first = firstFromAbove(kept, tf.expandDims(variable('first/bias'), 1), config);
      const bias = variable('head-2/bias');
      const thresholds = tf.split(tf.sub(thresholdOf(noise), bias), width); // of [1, N]
      const outside = tf.zeros([config.blocks, config.channels / 2, count]);
      const rowAbove = tf.unstack(kept.inside); // of [blocks, narrow, N]
      const inner: tf.Tensor[] = [];
      const logits: tf.Tensor[] = [];
      const drawn = Array.from({ length: reach }, () => tf.zeros([1, count]));
      for (let column = 0; column < width; column++) {
        const window = [-1, 0, 1].map((step) => rowAbove[column + step] ?? outside);
        const around = tf.concat([...window, inner[column - 1] ?? outside], 1); // [blocks, taps * narrow, N]
        const known = apart(tf.add(tf.matMul(kept.before, around), kept.beforeBias), config.blocks);
        const last = tf.concat(drawn.slice(-reach)); // [reach, N]
        const { inside, logit } = layers(tf.add(tf.matMul(kept.firstBefore, last), item(first, column)), known);
        inner.push(inside);
        logits.push(logit);
        drawn.push(tf.cast(tf.less(item(thresholds, column), logit), 'float32'));
      }
      const row = tf.concat(drawn.slice(reach)); // [width, N]
      const older = tf.slice(kept.above, [1, 0, 0], [reach - 1, width, count]);
      kept.above.assign(tf.concat([older, tf.expandDims(row, 0)]));
      kept.inside.assign(tf.reshape(tf.concat(inner), kept.inside.shape));
      return { drawn: row, logits: tf.add(tf.concat(logits), bias) };
    },
  };
}

/**
 * What rows pass on, and the weights as matrices [outputs, inputs], which the reset writes. An image's channels are rows and the
 * images columns, so that what is side by side is joined by a copy.
 */
function stateOf(state: Parameters, { width, count, channels: wide, blocks }: PixelRowsConfig) {
  const named = (name: string, shape: number[]): tf.Variable => state.state(name, shape);
  const narrow = wide / 2;
  return {
    above: named('above', [reach, width, count]), // the rows of pixels above
    inside: named('inside', [width, blocks, narrow, count]), // of the row above, what goes into the window of each block
    firstAbove: named('first-above', [wide, reach * (2 * reach + 1)]),
    firstBefore: named('first-before', [wide, reach]),
    narrow: named('narrow', [blocks, narrow, wide]),
    before: named('before', [blocks, narrow + 1, taps * narrow]), // the last row of outputs is always 1 ...
    beforeBias: named('before-bias', [blocks, narrow + 1, 1]),
    own: named('own', [blocks, narrow + 1, narrow]),
    widen: named('widen', [blocks, wide, narrow + 1]), // ... so that the last column of the layer behind it is its bias
  };
}

type State = ReturnType<typeof stateOf>;
type Named = (name: string) => tf.Variable;

function reset(variable: Named, state: State, { channels, blocks }: PixelRowsConfig): void {
  const narrow = channels / 2;
  const matrix = (name: string, from: number, places: number): tf.Tensor => {
    const kernel = variable(`${name}/kernel`);
    const [height = 1, breadth = 1, inputs = 1, outputs = 1] = kernel.shape;
    const flat = tf.reshape(kernel, [height * breadth * inputs, outputs]);
    return tf.transpose(tf.slice(flat, [from * inputs, 0], [places * inputs, outputs]));
  };
  const each = (make: (block: string) => tf.Tensor): tf.Tensor =>
    tf.stack(Array.from({ length: blocks }, (_, i) => make(`block-${i}`)));
  const column = (name: string): tf.Tensor => tf.expandDims(variable(`${name}/bias`), 1); // [outputs, 1]
  const inRows = reach * (2 * reach + 1);
  state.above.assign(tf.zeros(state.above.shape));
  state.inside.assign(tf.zeros(state.inside.shape));
  state.firstAbove.assign(matrix('first', 0, inRows));
  state.firstBefore.assign(matrix('first', inRows, reach));
  state.narrow.assign(each((block) => matrix(`${block}/narrow`, 0, 1)));
  state.before.assign(each((block) => tf.concat([matrix(`${block}/conv`, 0, taps), tf.zeros([1, taps * narrow])])));
  state.beforeBias.assign(each((block) => tf.concat([column(`${block}/conv`), tf.ones([1, 1])])));
  state.own.assign(each((block) => tf.concat([matrix(`${block}/conv`, taps, 1), tf.zeros([1, narrow])])));
  state.widen.assign(each((block) => tf.concat([matrix(`${block}/widen`, 0, 1), column(`${block}/widen`)], 1)));
}

/** What the rows above add to the first layer, at each pixel of a row: [wide, N] each. */
function firstFromAbove({ firstAbove, above }: State, bias: tf.Tensor, config: PixelRowsConfig): tf.Tensor[] {
  const { width, count, channels } = config;
  const sums = tf.add(tf.matMul(firstAbove, windowsAbove(above, reach)), bias);
  return tf.unstack(tf.reshape(sums, [channels, width, count]), 1);
}

/** The matrices of a stack: cut where they lie, which is cheaper than one reshape each. */
function apart(stack: tf.Tensor, parts: number): tf.Tensor[] {
  const [size = 1, rows = 1, columns = 1] = stack.shape;
  return tf.split(tf.reshape(stack, [size * rows, columns]), parts);
}

/** A pixel: all layers at its place. `known` is what its neighbours add to the windows, [narrow + 1, N] for each block. */
function pixelLayers(variable: Named, state: State, { channels, blocks, count }: PixelRowsConfig) {
  const parts = (values: tf.Tensor): tf.Tensor[] => apart(values, blocks);
  const [narrows, owns, widens] = [parts(state.narrow), parts(state.own), parts(state.widen)];
  const bias = (name: string): tf.Tensor => tf.expandDims(variable(`${name}/bias`), 1);
  const turned = (name: string): tf.Tensor => tf.transpose(tf.squeeze(variable(`${name}/kernel`), [0, 1]));
  const biases = narrows.map((_, i) => bias(`block-${i}/narrow`));
  const [head1, head2, head1Bias] = [turned('head-1'), turned('head-2'), bias('head-1')];
  return (first: tf.Tensor, known: readonly tf.Tensor[]) => {
    let h = first; // [wide, N]
    const inside = known.map((sum, i) => {
      const inner = tf.relu(tf.add(tf.matMul(item(narrows, i), tf.relu(h)), item(biases, i))); // [narrow, N]
      const middle = tf.relu(tf.add(tf.matMul(item(owns, i), inner), sum)); // [narrow + 1, N]
      h = tf.add(tf.matMul(item(widens, i), middle), h);
      return inner;
    });
    const last = tf.relu(tf.add(tf.matMul(head1, tf.relu(h)), head1Bias));
    // [blocks, narrow, N]; [1, N], without its bias
    return { inside: tf.reshape(tf.concat(inside), [blocks, channels / 2, count]), logit: tf.matMul(head2, last) };
  };
}
