import * as tf from '@tensorflow/tfjs-core';
import { pixelCnn } from '@kindred/autoregressive';
import { batch, program } from '@kindred/engine';
import { adam, bernoulliLogProbability, gradients, Parameters, type Layer } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { binary, pictures, shaped } from '../data.ts';
import { trainingWork } from '../training-work.ts';

export const pixelBatch = 32;
export const pixelChannels = 32;
export const pixelBlocks = 15;
/** Different batches; after them the first comes again. */
const batches = 3;

/** The network of both sides, over binary pictures [N, 28, 28, 1]. */
export const peersPixelCnn = (weights: Parameters): Layer =>
  pixelCnn(weights, { channels: pixelChannels, blocks: pixelBlocks });

export const pixelCnnTrain = trainingWork('pixelcnn-train', 'PixelCNN of 15 blocks, batch 32', () => {
  const random = new RandomStream('peers', 'pixelcnn');
  const weights = new Parameters(random.derive('weights'));
  const network = peersPixelCnn(weights);
  const optimiser = adam(new Parameters(random.derive('state')), weights.trainable);
  const step = program('pixelcnn-train', { x: batch([pixelBatch, 28, 28, 1]) }, ({ x }) => {
    const { loss, gradients: slopes } = gradients(weights.trainable, () => ({
      loss: tf.div(tf.neg(tf.sum(bernoulliLogProbability(network(x), x))), pixelBatch),
    }));
    optimiser.apply(slopes, tf.scalar(1e-3));
    return { loss };
  });
  const x = binary(random.derive('bits'), pictures(random.derive('x'), batches * pixelBatch));
  return {
    weights,
    programs: [{ program: step, times: 1 }],
    data: { x: shaped(x, [batches, pixelBatch, 28, 28, 1]) },
  };
});
