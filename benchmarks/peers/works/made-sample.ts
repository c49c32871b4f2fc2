import * as tf from '@tensorflow/tfjs-core';
import { given, program, type Engine } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { uniforms } from '../data.ts';
import { bernoulli, naivePixels, type PixelModel } from '../naive-pixels.ts';
import { arraysOf } from '../training-work.ts';
import type { OurSide, Work } from '../work.ts';
import { made, madeHidden, madePixels, unitsUpTo, type Made, type MaskedDense } from './made-network.ts';

const count = 64;
const [pixels, hidden] = [madePixels, madeHidden];

function build(): PixelModel & { readonly network: Made } {
  const random = new RandomStream('peers', 'made-sample');
  const weights = new Parameters(random.derive('weights'));
  const network = made(weights);
  const noise = uniforms(random.derive('noise'), [pixels, count]);
  return { weights, network, logits: network.logits, count, pixels, noise };
}

/** With the first p pixels drawn, units from unitStarts[p] up to unitStarts[p + 1] have just become complete. */
const unitStarts = [0, ...Array.from({ length: pixels }, (_, p) => unitsUpTo(p))];
/** The most hidden units that become complete with one pixel. */
const most = Math.max(...unitStarts.map((start, p) => (unitStarts[p + 1] ?? start) - start));

/**
 * The weights as rows, one per output, with the bias as one more input that is always 1. A hidden layer has one more unit too,
 * with weights of 0: it stands in for a unit where a pixel completes fewer than the most.
 */
function rowsProgram({ layers: [first, second, third] }: Made) {
  const rows = ({ kernel, bias, mask }: MaskedDense): tf.Tensor => {
    const masked = tf.mul(kernel, tf.tensor(mask, kernel.shape as [number, number]));
    return tf.concat([tf.transpose(masked), tf.expandDims(bias, 1)], 1); // [outputs, inputs + 1]
  };
  const withNone = (values: tf.Tensor): tf.Tensor => tf.concat([values, tf.zeros([1, values.shape[1] ?? 0])], 0);
  return program('made-rows', {}, () => ({
    rows1: withNone(rows(first)),
    rows2: withNone(rows(second)),
    rows3: rows(third),
  }));
}

/**
 * One pixel: rows of the weights are gathered and multiplied with all that was known before; where a layer's inputs have come up
 * in this step, they are added. What is not known yet is 0 or has weight 0.
 */
const stepProgram = program(
  'made-sample-cached',
  {
    rows1: given([hidden + 1, pixels + 1]),
    rows2: given([hidden + 1, hidden + 1]),
    rows3: given([pixels, hidden + 1]),
    x: given([pixels + 1, count]),
    h1: given([hidden + 1, count]),
    h2: given([hidden + 1, count]),
    units: given([most], 'int32'),
    at: given([1], 'int32'),
    noise: given([1, count]),
  },
  ({ rows1, rows2, rows3, x, h1, h2, units, at, noise }) => {
    const places = units as tf.Tensor1D;
    const product = (rows: tf.Tensor, before: tf.Tensor, found: tf.Tensor): tf.Tensor =>
      tf.add(tf.matMul(rows, before), tf.matMul(tf.gather(rows, places, 1), found));
    const units1 = tf.relu(tf.matMul(tf.gather(rows1, places), x)); // [most, N]
    const units2 = tf.relu(product(tf.gather(rows2, places), h1, units1)); // [most, N]
    const logit = product(tf.gather(rows3, at), h2, units2); // [1, N]
    return { pixel: bernoulli(noise, logit), units1, units2 };
  },
);

/** Draws pixel by pixel and works out what became known: the hidden units that see no later pixel, then one output. */
async function openCached(engine: Engine, { network, noise: drawn }: ReturnType<typeof build>): Promise<OurSide> {
  const prepare = await engine.compile(rowsProgram(network));
  const step = await engine.compile(stepProgram);
  const noise = drawn.values as Float32Array;
  const known = {
    x: new Float32Array((pixels + 1) * count),
    h1: new Float32Array((hidden + 1) * count),
    h2: new Float32Array((hidden + 1) * count),
  };
  const places = Array.from({ length: pixels }, (_, p) => {
    const [from, to] = [unitStarts[p] ?? 0, unitStarts[p + 1] ?? 0];
    return {
      from,
      size: (to - from) * count,
      feeds: {
        units: Int32Array.from({ length: most }, (_, i) => (from + i < to ? from + i : hidden)),
        at: Int32Array.of(p),
        noise: noise.subarray(p * count, (p + 1) * count),
      },
    };
  });
  const draw = async (): Promise<Float32Array> => {
    const { rows1, rows2, rows3 } = await prepare.run({});
    const rows = { rows1, rows2, rows3 } as Record<'rows1' | 'rows2' | 'rows3', Float32Array>;
    for (const values of Object.values(known)) values.fill(0).fill(1, values.length - count); // the last input is 1
    for (const [p, { from, size, feeds }] of places.entries()) {
      const { pixel, units1, units2 } = await step.run({ ...rows, ...known, ...feeds });
      known.x.set(pixel, p * count);
      known.h1.set(units1.subarray(0, size), from * count);
      known.h2.set(units2.subarray(0, size), from * count);
    }
    return known.x.slice(0, pixels * count);
  };
  return {
    unit: async () => {
      await draw();
      return [];
    },
    draw,
    flops: step.cost === undefined ? null : step.cost.flops * pixels,
    dispose: async () => {
      await prepare.dispose();
      await step.dispose();
    },
  };
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
