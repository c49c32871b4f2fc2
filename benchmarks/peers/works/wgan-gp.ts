import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program, uniform } from '@kindred/engine';
import { adam, gradients, Parameters } from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { normals, uniforms } from '../data.ts';
import { trainingWork } from '../training-work.ts';
import { ganBatch, ganDiscriminator, ganGenerator, ganPictures, latentSize } from './dcgan.ts';

/** Updates of the critic in a step. */
const criticUpdates = 5;
const lambda = 10;
/** Steps whose batches differ; after them the first batches come again. */
const steps = 3;

/**
 * WGAN-GP: a step is five updates of the critic, each with a gradient penalty, and one of the generator.
 *
 * @see Gulrajani et al. 2017, arXiv:1704.00028
 */
export const wganGpTrain = trainingWork('wgan-gp-train', 'WGAN-GP, batch 64: 5 updates of the critic, 1 of G', () => {
  const random = new RandomStream('peers', 'wgan-gp');
  const weights = new Parameters(random.derive('weights'));
  const state = new Parameters(random.derive('state'));
  const generator = ganGenerator(weights.scope('generator'));
  const critic = ganDiscriminator(weights.scope('discriminator'), { norm: false });
  const players = { g: weights.scope('generator').trainable, c: weights.scope('discriminator').trainable };
  const betas = { beta1: 0, beta2: 0.9 };
  const optimisers = { g: adam(state.scope('g'), players.g, betas), c: adam(state.scope('c'), players.c, betas) };
  const noise = normal([ganBatch, latentSize]);
  const inputs = { x: batch([ganBatch, 28, 28, 1]), criticNoise: noise, mix: uniform([ganBatch, 1, 1, 1]) };

  const criticStep = program('wgan-gp-critic', inputs, ({ x, criticNoise, mix }) => {
    const fakes = generator(criticNoise, 'batch'); // outside the gradient
    const between = tf.add(tf.mul(mix, tf.sub(x, fakes)), fakes);
    const update = gradients(players.c, () => {
      const slopes = tf.grad((image) => tf.sum(critic(image, 'training')))(between);
      const norms = tf.sqrt(tf.sum(tf.square(slopes), [1, 2, 3])); // [N]
      const penalty = tf.mean(tf.square(tf.sub(norms, 1)));
      const distance = tf.sub(tf.mean(critic(fakes, 'training')), tf.mean(critic(x, 'training')));
      return { loss: tf.add(distance, tf.mul(penalty, lambda)) };
    });
    optimisers.c.apply(update.gradients, tf.scalar(1e-4));
    return { criticLoss: update.loss };
  });
  const generatorStep = program('wgan-gp-generator', { generatorNoise: noise }, ({ generatorNoise }) => {
    const update = gradients(players.g, () => ({
      loss: tf.neg(tf.mean(critic(generator(generatorNoise, 'training'), 'training'))),
    }));
    optimisers.g.apply(update.gradients, tf.scalar(1e-4));
    return { generatorLoss: update.loss };
  });
  const batches = steps * criticUpdates;
  return {
    weights,
    programs: [
      { program: criticStep, times: criticUpdates },
      { program: generatorStep, times: 1 },
    ],
    data: {
      x: ganPictures(random.derive('x'), batches),
      criticNoise: normals(random.derive('c'), [batches, ganBatch, latentSize]),
      mix: uniforms(random.derive('mix'), [batches, ganBatch, 1, 1, 1]),
      generatorNoise: normals(random.derive('g'), [steps, ganBatch, latentSize]),
    },
  };
});
