import * as tf from '@tensorflow/tfjs-core';
import { given, program, type Engine } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { uniforms } from '../data.ts';
import { bernoulli, naivePixels, type PixelModel } from '../naive-pixels.ts';
import { arraysOf } from '../training-work.ts';
import type { OurSide, Work } from '../work.ts';
import { made, madeHidden, madePixels, unitsUpTo, type Made } from './made-network.ts';

const count = 64;
const [pixels, hidden] = [madePixels, madeHidden];

function build(): PixelModel & { readonly network: Made } {
  const random = new RandomStream('peers', 'made-sample');
  const weights = new Parameters(random.derive('weights'));
  const network = made(weights);
  const noise = uniforms(random.derive('noise'), [pixels, count]);
  return { weights, network, logits: network.logits, count, pixels, noise };
}

/** The most hidden units that become complete with one pixel. */
const most = Math.max(...Array.from({ length: pixels }, (_, p) => unitsUpTo(p) - unitsUpTo(p - 1)));

/**
 * Draws pixel by pixel and works out what became known: the hidden units that see no pixel beyond the last one drawn, then one
 * output. Rows of the weights are gathered and multiplied with all that is known; what is not known yet has weight 0.
 */
async function openCached(engine: Engine, { network, noise: drawn }: ReturnType<typeof build>): Promise<OurSide> {
  const prepare = await engine.compile(
    program('made-rows', {}, () => {
      const rows = network.layers.map(({ kernel, mask }) =>
        tf.transpose(tf.mul(kernel, tf.tensor(mask, kernel.shape as [number, number]))),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { rows1: rows[0], rows2: rows[1], rows3: rows[2] };
    }),
  );
  const step = await engine.compile(stepProgram(network));
  const noise = drawn.values as Float32Array;
  const known = {
    x: new Float32Array(pixels * count),
    h1: new Float32Array(hidden * count),
    h2: new Float32Array(hidden * count),
  };
  const draw = async (): Promise<Float32Array> => {
    const { rows1, rows2, rows3 } = await prepare.run({});
    const rows = { rows1: rows1 as Float32Array, rows2: rows2 as Float32Array, rows3: rows3 as Float32Array };
    for (const values of Object.values(known)) values.fill(0);
    for (let p = 0; p < pixels; p++) {
      const [from, to] = [unitStarts[p] ?? 0, unitStarts[p + 1] ?? 0];
      const units = Int32Array.from({ length: most }, (_, i) => Math.min(from + i, hidden - 1));
      const complete = Float32Array.from({ length: most }, (_, i) => (from + i < to ? 1 : 0));
      const at = Int32Array.of(p);
      const places = noise.subarray(p * count, (p + 1) * count);
      const found = await step.run({ ...rows, ...known, units, complete, at, noise: places });
      known.x.set(found.pixel, p * count);
      known.h1.set(found.units1.subarray(0, (to - from) * count), from * count);
      known.h2.set(found.units2.subarray(0, (to - from) * count), from * count);
    }
    return known.x;
  };
  return {
    unit: async () => {
      await draw();
      return [];
    },
    draw: async () => (await draw()).slice(),
    flops: step.cost === undefined ? null : step.cost.flops * pixels,
    dispose: async () => {
      await prepare.dispose();
      await step.dispose();
    },
  };
}

/** With the first p pixels drawn, units from unitStarts[p] up to unitStarts[p + 1] have just become complete. */
const unitStarts = [0, ...Array.from({ length: pixels }, (_, p) => unitsUpTo(p))];

function stepProgram({ layers }: Made) {
  const [bias1, bias2, bias3] = layers.map(({ bias }) => bias) as [tf.Variable, tf.Variable, tf.Variable];
  return program(
    'made-sample-cached',
    {
      rows1: given([hidden, pixels]),
      rows2: given([hidden, hidden]),
      rows3: given([pixels, hidden]),
      x: given([pixels, count]),
      h1: given([hidden, count]),
      h2: given([hidden, count]),
      units: given([most], 'int32'),
      complete: given([most]),
      at: given([1], 'int32'),
      noise: given([1, count]),
    },
    ({ rows1, rows2, rows3, x, h1, h2, units, complete, at, noise }) => {
      const column = (values: tf.Tensor, places: tf.Tensor): tf.Tensor =>
        tf.expandDims(tf.gather(values, places as tf.Tensor1D), 1);
      const only = tf.expandDims(complete, 1); // [M, 1]
      // Of a layer: the product with what was known before, and with what this step has just found.
      const product = (rows: tf.Tensor, before: tf.Tensor, found: tf.Tensor): tf.Tensor =>
        tf.add(tf.matMul(rows, before), tf.matMul(tf.gather(rows, units as tf.Tensor1D, 1), found));
      const row1 = tf.gather(rows1, units); // [M, pixels]
      const units1 = tf.mul(tf.relu(tf.add(tf.matMul(row1, x), column(bias1, units))), only); // [M, N]
      const row2 = tf.gather(rows2, units); // [M, hidden]
      const units2 = tf.mul(tf.relu(tf.add(product(row2, h1, units1), column(bias2, units))), only);
      const row3 = tf.gather(rows3, at); // [1, hidden]
      const logit = tf.add(product(row3, h2, units2), column(bias3, at)); // [1, N]
      return { pixel: bernoulli(noise, logit), units1, units2 };
    },
  );
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
