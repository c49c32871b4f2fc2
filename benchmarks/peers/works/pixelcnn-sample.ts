import * as tf from '@tensorflow/tfjs-core';
import { given, program, type Engine } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { uniforms } from '../data.ts';
import { bernoulli, naivePixels, type PixelModel } from '../naive-pixels.ts';
import { arraysOf } from '../training-work.ts';
import type { OurSide, Work } from '../work.ts';
import { pixelBatch as count, pixelBlocks as blocks, pixelChannels as wide, pixelCnn } from './pixelcnn.ts';

const side = 28;
const pixels = side * side;
const narrow = wide / 2;
/** Pixels before the one in the middle that a window of 7x7 and of 3x3 sees. */
const [firstTaps, taps] = [24, 4];

function build(): PixelModel {
  const random = new RandomStream('peers', 'pixelcnn-sample');
  const weights = new Parameters(random.derive('weights'));
  const network = pixelCnn(weights);
  const noise = uniforms(random.derive('noise'), [pixels, count]);
  const logits = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(network(tf.reshape(x, [count, side, side, 1])), [count, pixels]);
  return { weights, logits, count, pixels, noise };
}

/** Where the pixels before pixel p in its window of size x size are; `pixels` stands for those outside the picture. */
function neighbours(p: number, size: number): Int32Array {
  const [row, column] = [Math.floor(p / side), p % side];
  return Int32Array.from({ length: Math.floor((size * size) / 2) }, (_, tap) => {
    const y = row + Math.floor(tap / size) - Math.floor(size / 2);
    const x = column + (tap % size) - Math.floor(size / 2);
    return y < 0 || x < 0 || x >= side ? pixels : y * side + x;
  });
}

/** The masked kernels as matrices: of the taps before the pixel, and of the pixel itself. */
function prepareProgram(variable: (name: string) => tf.Variable) {
  return program('pixelcnn-matrices', {}, () => {
    const kernels = Array.from({ length: blocks }, (_, i) =>
      tf.reshape(variable(`block-${i}/conv/kernel`), [9, narrow, narrow]),
    );
    const first = tf.reshape(variable('first/kernel'), [49, wide]);
    return {
      first: tf.slice(first, [0, 0], [firstTaps, wide]),
      before: tf.stack(
        kernels.map((kernel) =>
          tf.reshape(tf.slice(kernel, [0, 0, 0], [taps, narrow, narrow]), [taps * narrow, narrow]),
        ),
      ), // [blocks, taps * narrow, narrow]
      own: tf.stack(
        kernels.map((kernel) => tf.reshape(tf.slice(kernel, [taps, 0, 0], [1, narrow, narrow]), [narrow, narrow])),
      ), // [blocks, narrow, narrow]
      biases: tf.stack(
        Array.from({ length: blocks }, (_, i) => tf.reshape(variable(`block-${i}/conv/bias`), [1, narrow])),
      ), // [blocks, 1, narrow]
    };
  });
}

/**
 * One pixel: what the pixels before it add to each block is one batch of products, for those blocks' inputs are known; then
 * the blocks in turn, at this pixel alone.
 */
function stepProgram(variable: (name: string) => tf.Variable) {
  const point = (x: tf.Tensor, name: string): tf.Tensor => {
    const kernel = variable(`${name}/kernel`);
    const [, , inputs = 1, outputs = 1] = kernel.shape;
    return tf.add(tf.matMul(x, tf.reshape<tf.Rank.R2>(kernel, [inputs, outputs])), variable(`${name}/bias`));
  };
  return program(
    'pixelcnn-sample-cached',
    {
      first: given([firstTaps, wide]),
      before: given([blocks, taps * narrow, narrow]),
      own: given([blocks, narrow, narrow]),
      biases: given([blocks, 1, narrow]),
      x: given([pixels + 1, count]),
      hidden: given([pixels + 1, blocks, count, narrow]),
      firstPlaces: given([firstTaps], 'int32'),
      places: given([taps], 'int32'),
      noise: given([count, 1]),
    },
    ({ first, before, own, biases, x, hidden, firstPlaces, places, noise }) => {
      const seen = tf.gather(x, firstPlaces); // [firstTaps, N]
      let h: tf.Tensor = tf.add(tf.matMul(seen, first, true), variable('first/bias')); // [N, wide]
      const around = tf.transpose(tf.gather(hidden, places as tf.Tensor1D), [1, 2, 0, 3]); // [blocks, N, taps, narrow]
      const flat = tf.reshape(around, [blocks, count, taps * narrow]);
      const known = tf.unstack(tf.add(tf.matMul(flat, before), biases)); // of [N, narrow]
      const found: tf.Tensor[] = [];
      for (const [i, kernel] of tf.unstack(own).entries()) {
        const inside = tf.relu(point(tf.relu(h), `block-${i}/narrow`)); // [N, narrow]
        found.push(inside);
        const sum = tf.add(tf.matMul(inside, kernel), known[i] ?? 0);
        h = tf.add(h, point(tf.relu(sum), `block-${i}/widen`));
      }
      const logit = point(tf.relu(point(tf.relu(h), 'head-1')), 'head-2'); // [N, 1]
      return { pixel: bernoulli(noise, logit), found: tf.stack(found) };
    },
  );
}

async function openCached(engine: Engine, { weights, noise: drawn }: PixelModel): Promise<OurSide> {
  const all = weights.all;
  const variable = (name: string): tf.Variable => {
    const found = all[name];
    if (!found) throw new Error(`pixelcnn: no variable ${name}.`);
    return found;
  };
  const prepare = await engine.compile(prepareProgram(variable));
  const step = await engine.compile(stepProgram(variable));
  const noise = drawn.values as Float32Array;
  const row = blocks * count * narrow;
  const x = new Float32Array((pixels + 1) * count); // the last row stands for pixels outside: 0 in every draw
  const hidden = new Float32Array((pixels + 1) * row);
  const places = Array.from({ length: pixels }, (_, p) => ({
    firstPlaces: neighbours(p, 7),
    places: neighbours(p, 3),
    noise: noise.subarray(p * count, (p + 1) * count),
  }));
  const draw = async (): Promise<Float32Array> => {
    const { first, before, own, biases } = await prepare.run({});
    const matrices = { first, before, own, biases } as Record<'first' | 'before' | 'own' | 'biases', Float32Array>;
    for (const [p, at] of places.entries()) {
      const { pixel, found } = await step.run({ ...matrices, x, hidden, ...at });
      x.set(pixel, p * count);
      hidden.set(found, p * row);
    }
    return x.slice(0, pixels * count);
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
