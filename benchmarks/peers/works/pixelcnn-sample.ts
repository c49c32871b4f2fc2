import * as tf from '@tensorflow/tfjs-core';
import { given, program, type Engine } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { item, uniforms } from '../data.ts';
import { naivePixels, thresholdOf, type PixelModel } from '../naive-pixels.ts';
import { openStepped } from '../stepped-sampler.ts';
import { arraysOf } from '../training-work.ts';
import type { OurSide, Work } from '../work.ts';
import { pixelBatch as count, pixelBlocks as blocks, pixelChannels as wide, pixelCnn } from './pixelcnn.ts';

const side = 28;
const pixels = side * side;
const narrow = wide / 2;
/** Rows above a pixel, and pixels on either side, that the window of 7x7 sees. */
const reach = 3;

function build(): PixelModel {
  const random = new RandomStream('peers', 'pixelcnn-sample');
  const weights = new Parameters(random.derive('weights'));
  const network = pixelCnn(weights);
  const noise = uniforms(random.derive('noise'), [pixels, count]);
  const logits = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(network(tf.reshape(x, [count, side, side, 1])), [count, pixels]);
  return { weights, logits, count, pixels, noise };
}

/** Pixels before the one in the middle that a window of 3x3 sees. */
const taps = 4;

/**
 * What rows pass on, and the weights as matrices [outputs, inputs], which the reset writes. A picture's channels are rows and the
 * pictures columns, so that what is side by side is joined by a copy.
 */
function stateOf(state: Parameters) {
  const named = (name: string, shape: number[]): tf.Variable => state.state(name, shape);
  return {
    above: named('above', [reach, side, count]), // the rows of pixels above
    inside: named('inside', [side, blocks, narrow, count]), // of the row above, what goes into the window of each block
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

function resetProgram(variable: Named, state: State) {
  const matrix = (name: string, from: number, places: number): tf.Tensor => {
    const kernel = variable(`${name}/kernel`);
    const [height = 1, breadth = 1, inputs = 1, outputs = 1] = kernel.shape;
    const flat = tf.reshape(kernel, [height * breadth * inputs, outputs]);
    return tf.transpose(tf.slice(flat, [from * inputs, 0], [places * inputs, outputs]));
  };
  const each = (make: (block: string) => tf.Tensor): tf.Tensor =>
    tf.stack(Array.from({ length: blocks }, (_, i) => make(`block-${i}`)));
  const column = (name: string): tf.Tensor => tf.expandDims(variable(`${name}/bias`), 1); // [outputs, 1]
  return program('pixelcnn-sample-reset', {}, () => {
    const inRows = reach * (2 * reach + 1);
    state.above.assign(tf.zeros([reach, side, count]));
    state.inside.assign(tf.zeros([side, blocks, narrow, count]));
    state.firstAbove.assign(matrix('first', 0, inRows));
    state.firstBefore.assign(matrix('first', inRows, reach));
    state.narrow.assign(each((block) => matrix(`${block}/narrow`, 0, 1)));
    state.before.assign(each((block) => tf.concat([matrix(`${block}/conv`, 0, taps), tf.zeros([1, taps * narrow])])));
    state.beforeBias.assign(each((block) => tf.concat([column(`${block}/conv`), tf.ones([1, 1])])));
    state.own.assign(each((block) => tf.concat([matrix(`${block}/conv`, taps, 1), tf.zeros([1, narrow])])));
    state.widen.assign(each((block) => tf.concat([matrix(`${block}/widen`, 0, 1), column(`${block}/widen`)], 1)));
    return {};
  });
}

/** What the rows above add to the first layer, at each pixel of a row: [wide, N] each. */
function firstFromAbove({ firstAbove, above }: State, bias: tf.Tensor): tf.Tensor[] {
  const padded = tf.pad(above, [
    [0, 0],
    [reach, reach],
    [0, 0],
  ]);
  const windows = Array.from({ length: 2 * reach + 1 }, (_, tap) =>
    tf.slice(padded, [0, tap, 0], [reach, side, count]),
  );
  const seen = tf.reshape(tf.stack(windows, 1), [reach * (2 * reach + 1), side * count]);
  const sums = tf.add(tf.matMul(firstAbove, seen), bias);
  return tf.unstack(tf.reshape(sums, [wide, side, count]), 1);
}

/** The matrices of a stack: cut where they lie, which is cheaper than one reshape each. */
function apart(stack: tf.Tensor, parts: number): tf.Tensor[] {
  const [size = 1, rows = 1, columns = 1] = stack.shape;
  return tf.split(tf.reshape(stack, [size * rows, columns]), parts);
}

/** A pixel: all layers at its place. `known` is what its neighbours add to the windows, [narrow + 1, N] for each block. */
function pixelLayers(variable: Named, state: State) {
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
    return { inside: tf.reshape(tf.concat(inside), [blocks, narrow, count]), logit: tf.matMul(head2, last) }; // [blocks, narrow, N]; [1, N], without its bias
  };
}

/** A row of pixels, one after another. What a pixel's neighbours add to all blocks' windows is one batch of products. */
function stepProgram(variable: Named, state: State) {
  return program('pixelcnn-sample-cached', { noise: given([side, count]) }, ({ noise }) => {
    const layers = pixelLayers(variable, state);
    const first = firstFromAbove(state, tf.expandDims(variable('first/bias'), 1));
    const thresholds = tf.split(tf.sub(thresholdOf(noise), variable('head-2/bias')), side); // of [1, N]
    const outside = tf.zeros([blocks, narrow, count]);
    const rowAbove = tf.unstack(state.inside); // of [blocks, narrow, N]
    const found: tf.Tensor[] = [];
    const drawn = Array.from({ length: reach }, () => tf.zeros([1, count]));
    for (let column = 0; column < side; column++) {
      const window = [-1, 0, 1].map((step) => rowAbove[column + step] ?? outside);
      const around = tf.concat([...window, found[column - 1] ?? outside], 1); // [blocks, taps * narrow, N]
      const known = apart(tf.add(tf.matMul(state.before, around), state.beforeBias), blocks);
      const last = tf.concat(drawn.slice(-reach)); // [reach, N]
      const { inside, logit } = layers(tf.add(tf.matMul(state.firstBefore, last), item(first, column)), known);
      found.push(inside);
      drawn.push(tf.cast(tf.less(item(thresholds, column), logit), 'float32'));
    }
    const row = tf.concat(drawn.slice(reach)); // [side, N]
    state.above.assign(tf.concat([tf.slice(state.above, [1, 0, 0], [reach - 1, side, count]), tf.expandDims(row, 0)]));
    state.inside.assign(tf.reshape(tf.concat(found), [side, blocks, narrow, count]));
    return { drawn: row };
  });
}

async function openCached(engine: Engine, { weights, noise: { values } }: PixelModel): Promise<OurSide> {
  const all = weights.all;
  const variable = (name: string): tf.Variable => {
    const found = all[name];
    if (!found) throw new Error(`pixelcnn: no variable ${name}.`);
    return found;
  };
  const state = stateOf(new Parameters(new RandomStream('peers', 'pixelcnn-sample', 'state')));
  const size = side * count;
  const noise = Array.from({ length: side }, (_, row) =>
    (values as Float32Array).subarray(row * size, (row + 1) * size),
  );
  return openStepped(engine, {
    reset: resetProgram(variable, state),
    step: stepProgram(variable, state),
    steps: side,
    feeds: (row) => ({ noise: item(noise, row) }),
  });
}

export const pixelCnnSampleCached: Work = {
  name: 'pixelcnn-sample-cached',
  kind: 'sample',
  about: 'PixelCNN: 32 pictures, each layer at one place for each pixel',
  build: () => {
    const model = build();
    return {
      arrays: { ...arraysOf(model.weights), noise: model.noise },
      open: (engine) => openCached(engine, model),
    };
  },
};

export const pixelCnnSampleNaive = naivePixels(
  {
    name: 'pixelcnn-sample-naive',
    about: 'PixelCNN: 32 pictures, the whole network for each pixel',
    pixels,
    sameAs: pixelCnnSampleCached,
  },
  build,
);
