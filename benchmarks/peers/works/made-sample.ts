import * as tf from '@tensorflow/tfjs-core';
import { thresholdOf } from '@kindred/autoregressive';
import { given, position, program, type Engine } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { item, uniforms } from '../data.ts';
import { naivePixels, type PixelModel } from '../naive-pixels.ts';
import { openStepped } from '../stepped-sampler.ts';
import { arraysOf } from '../training-work.ts';
import type { OurSide, Work } from '../work.ts';
import { degree, made, madeHidden, madePixels, unitsUpTo, type Made } from './made-network.ts';

const count = 64;
const [pixels, hidden] = [madePixels, madeHidden];
/** Pixels are drawn row by row. */
const width = 28;
const rows = pixels / width;

function build(): PixelModel & { readonly network: Made } {
  const random = new RandomStream('peers', 'made-sample');
  const weights = new Parameters(random.derive('weights'));
  const network = made(weights);
  const noise = uniforms(random.derive('noise'), [pixels, count]);
  return { weights, network, logits: network.logits, count, pixels, noise };
}

/** Hidden units before unitStarts[r] see no pixel of row r or later; those before unitStarts[r + 1] complete in row r. */
const unitStarts = Array.from({ length: rows + 1 }, (_, row) => unitsUpTo(row * width));
/** The most hidden units that a row completes. */
const most = Math.max(...unitStarts.slice(1).map((start, row) => start - (unitStarts[row] ?? 0)));

/** The `most` units of a row; where it completes fewer, others stand in, which `inRow` leaves out. */
const unitsOf = (row: number): number[] => {
  const first = Math.min(unitStarts[row] ?? 0, hidden - most);
  return Array.from({ length: most }, (_, i) => first + i);
};
const inRow = (row: number, unit: number): boolean =>
  unit >= (unitStarts[row] ?? 0) && unit < (unitStarts[row + 1] ?? 0);
const pixelsOf = (row: number): number[] => Array.from({ length: width }, (_, i) => row * width + i);

/** For each row a matrix of ones where `sees` holds, zeros elsewhere. */
function masks(
  of: (row: number) => { readonly outputs: readonly number[]; readonly inputs: readonly number[] },
  sees: (row: number, output: number, input: number) => boolean,
): tf.Tensor {
  const all = Array.from({ length: rows }, (_, row) => {
    const { outputs, inputs } = of(row);
    return outputs.map((output) => inputs.map((input) => (sees(row, output, input) ? 1 : 0)));
  });
  return tf.tensor(all);
}

/** What the pixels of the rows so far have added to each layer's units before their activation: [N, units]. */
type Sums = readonly [tf.Variable, tf.Variable, tf.Variable];

function sumsOf(state: Parameters): Sums {
  return [
    state.state('units-1', [count, hidden]),
    state.state('units-2', [count, hidden]),
    state.state('logits', [count, pixels]),
  ];
}

const resetProgram = ({ layers }: Made, sums: Sums) =>
  program('made-sample-reset', {}, () => {
    for (const [i, { bias }] of layers.entries()) item(sums, i).assign(tf.tile(tf.expandDims(bias, 0), [count, 1]));
    return {};
  });

/** The weights between what comes up in a row, as matrices [outputs, inputs], and the weights from there to everything. */
function rowWeights({ layers: [first, second, third] }: Made, row: tf.Tensor) {
  const ofRow = (values: tf.Tensor): tf.Tensor => tf.squeeze(tf.gather(values, row as tf.Tensor1D), [0]);
  const allUnits = Array.from({ length: rows }, (_, r) => unitsOf(r));
  const units = ofRow(tf.tensor2d(allUnits, [rows, most], 'int32'));
  const places = ofRow(
    tf.tensor2d(
      Array.from({ length: rows }, (_, r) => pixelsOf(r)),
      [rows, width],
      'int32',
    ),
  );
  const among = (from: tf.Tensor, to: tf.Tensor, mask: tf.Tensor): tf.Tensor =>
    tf.mul(tf.transpose(tf.gather(from, to as tf.Tensor1D, 1)), ofRow(mask));
  const from1 = tf.gather(first.kernel, places); // [width, hidden]
  const from2 = tf.gather(second.kernel, units); // [most, hidden]
  const from3 = tf.gather(third.kernel, units); // [most, pixels]
  const unitMasks = masks(
    (r) => ({ outputs: unitsOf(r), inputs: unitsOf(r) }),
    (r, unit, below) => inRow(r, unit) && inRow(r, below) && degree(below) <= degree(unit),
  );
  const pixelToUnit = masks(
    (r) => ({ outputs: unitsOf(r), inputs: pixelsOf(r) }),
    (_, unit, pixel) => pixel < degree(unit),
  );
  const unitToPixel = masks(
    (r) => ({ outputs: pixelsOf(r), inputs: unitsOf(r) }),
    (r, pixel, unit) => inRow(r, unit) && degree(unit) <= pixel,
  );
  return {
    units,
    places,
    from: [from1, from2, from3] as const,
    local: [
      among(from1, units, pixelToUnit), // [most, width]
      among(from2, units, unitMasks), // [most, most]
      among(from3, places, unitToPixel), // [width, most]
    ] as const,
    complete: ofRow(
      masks(
        (r) => ({ outputs: unitsOf(r), inputs: [0] }),
        (r, unit) => inRow(r, unit),
      ),
    ), // [most, 1]
  };
}

/**
 * A row of pixels. What the rows before add is known, so the products within the row are between what comes up in it; a unit that
 * is not complete yet has no weight to a pixel. In the end the row adds to everything after it, where no mask is needed.
 */
function stepProgram(network: Made, sums: Sums) {
  return program('made-sample-cached', { at: position(), noise: given([width, count]) }, ({ at, noise }) => {
    const { units, places, from, local, complete } = rowWeights(network, tf.reshape(at, [1]));
    const known = (values: tf.Tensor, which: tf.Tensor): tf.Tensor =>
      tf.transpose(tf.gather(values, which as tf.Tensor1D, 1));
    let sums1 = known(sums[0], units); // [most, N]
    const sums2 = known(sums[1], units);
    const thresholds = tf.split(tf.sub(thresholdOf(noise), known(sums[2], places)), width); // of [1, N]
    const columns = tf.split(tf.reshape(tf.transpose(local[0]), [width * most, 1]), width); // of [most, 1]
    const outputs = tf.split(local[2], width); // of [1, most]
    const drawn: tf.Tensor[] = [];
    let [units1, units2] = [tf.relu(sums1), sums2];
    for (let i = 0; i < width; i++) {
      units2 = tf.relu(tf.add(tf.matMul(local[1], units1), sums2));
      const pixel = tf.cast(tf.less(item(thresholds, i), tf.matMul(item(outputs, i), units2)), 'float32'); // [1, N]
      drawn.push(pixel);
      sums1 = tf.add(tf.matMul(item(columns, i), pixel), sums1);
      units1 = tf.relu(sums1);
    }
    units2 = tf.relu(tf.add(tf.matMul(local[1], units1), sums2));
    const row = tf.concat(drawn); // [width, N]
    const found = [row, tf.mul(units1, complete), tf.mul(units2, complete)];
    for (const [i, values] of found.entries()) {
      const sum = item(sums, i);
      sum.assign(tf.add(tf.matMul(tf.transpose(values), item(from, i)), sum));
    }
    return { drawn: row };
  });
}

/** Draws pixel by pixel and works out what became known: the hidden units that see no later pixel, then one output. */
async function openCached(engine: Engine, { network, noise: { values } }: ReturnType<typeof build>): Promise<OurSide> {
  const sums = sumsOf(new Parameters(new RandomStream('peers', 'made-sample', 'state')));
  const noise = Array.from({ length: rows }, (_, row) =>
    (values as Float32Array).subarray(row * width * count, (row + 1) * width * count),
  );
  return openStepped(engine, {
    reset: resetProgram(network, sums),
    step: stepProgram(network, sums),
    steps: rows,
    feeds: (row) => ({ at: Int32Array.of(row), noise: item(noise, row) }),
  });
}

export const madeSampleCached: Work = {
  name: 'made-sample-cached',
  kind: 'sample',
  about: 'MADE: 64 pictures, only what became known at each pixel',
  build: () => {
    const model = build();
    return {
      arrays: { ...arraysOf(model.weights), noise: model.noise },
      open: (engine) => openCached(engine, model),
    };
  },
};

export const madeSampleNaive = naivePixels(
  {
    name: 'made-sample-naive',
    about: 'MADE: 64 pictures, the whole network for each pixel',
    pixels,
    sameAs: madeSampleCached,
  },
  build,
);
