import * as tf from '@tensorflow/tfjs-core';
import { pixelCnnRows } from '@kindred/autoregressive';
import { given, program, type Engine } from '@kindred/engine';
import { Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { item, uniforms } from '../data.ts';
import { naivePixels, type PixelModel } from '../naive-pixels.ts';
import { openStepped } from '../stepped-sampler.ts';
import { arraysOf } from '../training-work.ts';
import type { OurSide, Work } from '../work.ts';
import { pixelBatch as count, pixelBlocks as blocks, pixelChannels as channels, peersPixelCnn } from './pixelcnn.ts';

const side = 28;
const pixels = side * side;

function build(): PixelModel {
  const random = new RandomStream('peers', 'pixelcnn-sample');
  const weights = new Parameters(random.derive('weights'));
  const network = peersPixelCnn(weights);
  const noise = uniforms(random.derive('noise'), [pixels, count]);
  const logits = (x: tf.Tensor): tf.Tensor =>
    tf.reshape(network(tf.reshape(x, [count, side, side, 1])), [count, pixels]);
  return { weights, logits, count, pixels, noise };
}

async function openCached(engine: Engine, { weights, noise: { values } }: PixelModel): Promise<OurSide> {
  const state = new Parameters(new RandomStream('peers', 'pixelcnn-sample', 'state'));
  const cached = pixelCnnRows(weights, state, { width: side, count, channels, blocks });
  const size = side * count;
  const noise = Array.from({ length: side }, (_, row) =>
    (values as Float32Array).subarray(row * size, (row + 1) * size),
  );
  return openStepped(engine, {
    reset: program('pixelcnn-sample-reset', {}, () => {
      cached.reset();
      return {};
    }),
    step: program('pixelcnn-sample-cached', { noise: given([side, count]) }, ({ noise }) => ({
      drawn: cached.drawRow(noise).drawn,
    })),
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
