import * as tf from '@tensorflow/tfjs-core';
import { given, program, type CompiledProgram, type Engine } from '@kindred/engine';
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

/** Pixels that one program serves: it reads no more than what can be known by the last of them. */
const stretch = 98;

/**
 * The weights as rows, one per output. Column 0 holds the bias, for input 0 is always 1; row 0 of a hidden layer is 0 and stands
 * in for a unit where a pixel completes fewer than the most. So unit k has row and column k + 1.
 */
function rowsProgram({ layers: [first, second, third] }: Made) {
  const rows = ({ kernel, bias, mask }: MaskedDense): tf.Tensor => {
    const masked = tf.mul(kernel, tf.tensor(mask, kernel.shape as [number, number]));
    return tf.concat([tf.expandDims(bias, 1), tf.transpose(masked)], 1); // [outputs, 1 + inputs]
  };
  const afterNone = (values: tf.Tensor): tf.Tensor => tf.concat([tf.zeros([1, values.shape[1] ?? 0]), values], 0);
  return program('made-rows', {}, () => ({
    rows1: afterNone(rows(first)),
    rows2: afterNone(rows(second)),
    rows3: rows(third),
  }));
}

/**
 * A pixel of the stretch that ends before pixel `end`: rows of the weights are gathered and multiplied with all that was known
 * before; where a layer's inputs have come up in this step, they are added. What is not known yet is 0 or has weight 0.
 */
function stepProgram(end: number) {
  const [seen, complete] = [1 + end, 1 + unitsUpTo(end - 1)];
  const inputs = {
    rows1: given([1 + hidden, 1 + pixels]),
    rows2: given([1 + hidden, 1 + hidden]),
    rows3: given([pixels, 1 + hidden]),
    x: given([seen, count]),
    h1: given([complete, count]),
    h2: given([complete, count]),
    units: given([most], 'int32'),
    at: given([1], 'int32'),
    noise: given([1, count]),
  };
  return program(`made-sample-cached-${end}`, inputs, ({ rows1, rows2, rows3, x, h1, h2, units, at, noise }) => {
    const places = units as tf.Tensor1D;
    const row = (rows: tf.Tensor, which: tf.Tensor, size: number): tf.Tensor =>
      tf.slice(tf.gather(rows, which as tf.Tensor1D), [0, 0], [-1, size]);
    const product = (row: tf.Tensor, before: tf.Tensor, found: tf.Tensor): tf.Tensor =>
      tf.add(tf.matMul(row, before), tf.matMul(tf.gather(row, places, 1), found));
    const units1 = tf.relu(tf.matMul(row(rows1, places, seen), x)); // [most, N]
    const units2 = tf.relu(product(row(rows2, places, complete), h1, units1)); // [most, N]
    const logit = product(row(rows3, at, complete), h2, units2); // [1, N]
    return { pixel: bernoulli(noise, logit), units1, units2 };
  });
}

/** What a step is fed and where its results belong. */
function stepsOf(noise: Float32Array, known: Readonly<Record<'x' | 'h1' | 'h2', Float32Array>>) {
  return Array.from({ length: pixels }, (_, p) => {
    const [from, to] = [unitStarts[p] ?? 0, unitStarts[p + 1] ?? 0];
    const index = Math.floor(p / stretch);
    const end = (index + 1) * stretch;
    const complete = (1 + unitsUpTo(end - 1)) * count;
    return {
      index,
      pixelAt: (1 + p) * count,
      unitsAt: (1 + from) * count,
      size: (to - from) * count,
      feeds: {
        x: known.x.subarray(0, (1 + end) * count),
        h1: known.h1.subarray(0, complete),
        h2: known.h2.subarray(0, complete),
        units: Int32Array.from({ length: most }, (_, i) => (from + i < to ? 1 + from + i : 0)),
        at: Int32Array.of(p),
        noise: noise.subarray(p * count, (p + 1) * count),
      },
    };
  });
}

/** Draws pixel by pixel and works out what became known: the hidden units that see no later pixel, then one output. */
async function openCached(engine: Engine, { network, noise }: ReturnType<typeof build>): Promise<OurSide> {
  const prepare = await engine.compile(rowsProgram(network));
  const programs: CompiledProgram<ReturnType<typeof stepProgram>['inputs'], 'pixel' | 'units1' | 'units2'>[] = [];
  for (let end = stretch; end <= pixels; end += stretch) programs.push(await engine.compile(stepProgram(end)));
  const known = {
    x: new Float32Array((1 + pixels) * count),
    h1: new Float32Array((1 + hidden) * count),
    h2: new Float32Array((1 + hidden) * count),
  };
  const steps = stepsOf(noise.values as Float32Array, known);
  const draw = async (): Promise<Float32Array> => {
    const { rows1, rows2, rows3 } = await prepare.run({});
    const rows = { rows1, rows2, rows3 } as Record<'rows1' | 'rows2' | 'rows3', Float32Array>;
    for (const values of Object.values(known)) values.fill(0).fill(1, 0, count); // input 0 is 1
    for (const { index, pixelAt, unitsAt, size, feeds } of steps) {
      const found = await programs[index]?.run({ ...rows, ...feeds });
      if (!found) throw new Error(`made: no program for stretch ${index}.`);
      known.x.set(found.pixel, pixelAt);
      known.h1.set(found.units1.subarray(0, size), unitsAt);
      known.h2.set(found.units2.subarray(0, size), unitsAt);
    }
    return known.x.slice(count);
  };
  return {
    unit: async () => {
      await draw();
      return [];
    },
    draw,
    flops: programs.reduce((sum, { cost }) => sum + stretch * (cost?.flops ?? 0), 0),
    dispose: async () => {
      for (const each of [prepare, ...programs]) await each.dispose();
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
