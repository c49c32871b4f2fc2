import * as tf from '@tensorflow/tfjs-core';
import { batch, program } from '@kindred/engine';
import { adam, bernoulliLogProbability, gradients, Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { binary, pictures, shaped } from '../data.ts';
import { trainingWork } from '../training-work.ts';
import { made, madePixels } from './made-network.ts';

export const madeBatch = 64;
/** Different batches; after them the first comes again. */
const batches = 3;

export const madeTrain = trainingWork('made-train', 'MADE, 784-1024-1024-784, batch 64', () => {
  const random = new RandomStream('peers', 'made');
  const weights = new Parameters(random.derive('weights'));
  const network = made(weights);
  const optimiser = adam(new Parameters(random.derive('state')), weights.trainable);
  const step = program('made-train', { x: batch([madeBatch, madePixels]) }, ({ x }) => {
    const { loss, gradients: slopes } = gradients(weights.trainable, () => ({
      loss: tf.div(tf.neg(tf.sum(bernoulliLogProbability(network.logits(x), x))), madeBatch),
    }));
    optimiser.apply(slopes, tf.scalar(1e-3));
    return { loss };
  });
  const x = binary(random.derive('bits'), pictures(random.derive('x'), batches * madeBatch));
  return {
    weights,
    programs: [{ program: step, times: 1 }],
    data: { x: shaped(x, [batches, madeBatch, madePixels]) },
  };
});
