import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program } from '@kindred/engine';
import {
  adam,
  batchNorm,
  conv2d,
  conv2dTransposed,
  dense,
  flatten,
  gradients,
  leakyRelu,
  Parameters,
  relu,
  reshapeTo,
  scaledNormal,
  sequential,
  tanh,
  type Layer,
} from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { mapped, normals, pictures, shaped } from '../data.ts';
import { samplerWork } from '../sampler-work.ts';
import { trainingWork } from '../training-work.ts';

export const ganBatch = 64;
export const latentSize = 100;
/** Different batches; after them the first comes again. */
const batches = 3;
const initialiser = scaledNormal(0.02);

/** z [N, 100] to pictures [N, 28, 28, 1] in -1 ... 1. */
export function ganGenerator(weights: Parameters): Layer {
  return sequential(
    dense(weights.scope('dense'), { inputs: latentSize, outputs: 7 * 7 * 128, bias: false, initialiser }),
    reshapeTo(7, 7, 128),
    batchNorm(weights.scope('norm-1'), { channels: 128 }),
    relu,
    conv2dTransposed(weights.scope('deconv-1'), {
      inputs: 128,
      outputs: 64,
      size: 4,
      stride: 2,
      bias: false,
      initialiser,
    }),
    batchNorm(weights.scope('norm-2'), { channels: 64 }),
    relu,
    conv2dTransposed(weights.scope('deconv-2'), { inputs: 64, outputs: 1, size: 4, stride: 2, initialiser }),
    tanh,
  );
}

/** Pictures to raw scores [N, 1]; a critic has no batch normalisation. */
export function ganDiscriminator(weights: Parameters, { norm }: { readonly norm: boolean }): Layer {
  const slope = leakyRelu(0.2);
  return sequential(
    conv2d(weights.scope('conv-1'), { inputs: 1, outputs: 64, size: 4, stride: 2, initialiser, activation: slope }),
    conv2d(weights.scope('conv-2'), { inputs: 64, outputs: 128, size: 4, stride: 2, bias: !norm, initialiser }),
    ...(norm ? [batchNorm(weights.scope('norm'), { channels: 128 })] : []),
    slope,
    flatten,
    dense(weights.scope('dense'), { inputs: 7 * 7 * 128, outputs: 1, initialiser }),
  );
}

/** Pictures in -1 ... 1 for `count` batches. */
export function ganPictures(random: RandomStream, count: number) {
  const found = mapped(pictures(random, count * ganBatch), (value) => 2 * value - 1);
  return shaped(found, [count, ganBatch, 28, 28, 1]);
}

/** DCGAN: one step is an update of the discriminator and one of the generator, with the non-saturating loss. */
export const dcganTrain = trainingWork('dcgan-train', 'DCGAN, batch 64: update of D, then of G', () => {
  const random = new RandomStream('peers', 'dcgan');
  const weights = new Parameters(random.derive('weights'));
  const state = new Parameters(random.derive('state'));
  const generator = ganGenerator(weights.scope('generator'));
  const discriminator = ganDiscriminator(weights.scope('discriminator'), { norm: true });
  const players = { g: weights.scope('generator').trainable, d: weights.scope('discriminator').trainable };
  const optimisers = {
    g: adam(state.scope('g'), players.g, { beta1: 0.5 }),
    d: adam(state.scope('d'), players.d, { beta1: 0.5 }),
  };
  const noise = normal([ganBatch, latentSize]);
  const inputs = { x: batch([ganBatch, 28, 28, 1]), discriminatorNoise: noise, generatorNoise: noise };
  const step = program('dcgan-train', inputs, ({ x, discriminatorNoise, generatorNoise }) => {
    const rate = tf.scalar(2e-4);
    const fakes = generator(discriminatorNoise, 'batch'); // outside the gradient
    const critique = gradients(players.d, () => {
      const real = tf.mean(tf.softplus(tf.neg(discriminator(x, 'training'))));
      return { loss: tf.add(real, tf.mean(tf.softplus(discriminator(fakes, 'training')))) };
    });
    optimisers.d.apply(critique.gradients, rate);
    const forgery = gradients(players.g, () => {
      const scores = discriminator(generator(generatorNoise, 'training'), 'training');
      return { loss: tf.mean(tf.softplus(tf.neg(scores))) };
    });
    optimisers.g.apply(forgery.gradients, rate);
    return { discriminatorLoss: critique.loss, generatorLoss: forgery.loss };
  });
  const data = {
    x: ganPictures(random.derive('x'), batches),
    discriminatorNoise: normals(random.derive('d'), [batches, ganBatch, latentSize]),
    generatorNoise: normals(random.derive('g'), [batches, ganBatch, latentSize]),
  };
  return { weights, programs: [{ program: step, times: 1 }], data };
});

/** The generator alone, with its moving averages. WGAN-GP draws with the same network. */
export const dcganSample = samplerWork('dcgan-sample', 'DCGAN and WGAN-GP: 64 pictures from the generator', () => {
  const random = new RandomStream('peers', 'dcgan-sample');
  const weights = new Parameters(random.derive('weights'));
  const generator = ganGenerator(weights.scope('generator'));
  const draw = program('dcgan-sample', { z: normal([ganBatch, latentSize]) }, ({ z }) => ({
    samples: generator(z, 'inference'),
  }));
  return { weights, program: draw, data: { z: normals(random.derive('z'), [ganBatch, latentSize]) } };
});
