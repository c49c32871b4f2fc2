import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program } from '@kindred/engine';
import {
  adam,
  bernoulliLogProbability,
  conv2d,
  conv2dTransposed,
  dense,
  flatten,
  gradients,
  Parameters,
  relu,
  reshapeTo,
  sequential,
  sigmoid,
  standardNormalKl,
  type Layer,
} from '@kindred/nn';
import { RandomStream } from '@kindred/random';
import { binary, normals, pictures, shaped } from '../data.ts';
import { samplerWork } from '../sampler-work.ts';
import { trainingWork } from '../training-work.ts';

const size = 64;
const latent = 16;
/** Different batches; after them the first comes again. */
const batches = 3;

/** Pictures to the posterior's means and halved log-variances side by side, [N, 32]. */
const encoder = (weights: Parameters): Layer =>
  sequential(
    conv2d(weights.scope('conv-1'), { inputs: 1, outputs: 32, size: 4, stride: 2, activation: relu }),
    conv2d(weights.scope('conv-2'), { inputs: 32, outputs: 64, size: 4, stride: 2, activation: relu }),
    flatten,
    dense(weights.scope('dense'), { inputs: 7 * 7 * 64, outputs: 256, activation: relu }),
    dense(weights.scope('posterior'), { inputs: 256, outputs: 2 * latent }),
  );

/** Latents [N, 16] to the logits of pixels [N, 28, 28, 1]. */
const decoder = (weights: Parameters): Layer =>
  sequential(
    dense(weights.scope('dense-1'), { inputs: latent, outputs: 256, activation: relu }),
    dense(weights.scope('dense-2'), { inputs: 256, outputs: 7 * 7 * 64, activation: relu }),
    reshapeTo(7, 7, 64),
    conv2dTransposed(weights.scope('deconv-1'), { inputs: 64, outputs: 32, size: 4, stride: 2, activation: relu }),
    conv2dTransposed(weights.scope('deconv-2'), { inputs: 32, outputs: 1, size: 4, stride: 2 }),
  );

/**
 * A convolutional VAE; the loss is the negative evidence bound in nats per picture.
 *
 * @see Kingma and Welling 2014, arXiv:1312.6114
 */
export const vaeTrain = trainingWork('vae-train', 'Convolutional VAE, 16 latents, batch 64', () => {
  const random = new RandomStream('peers', 'vae');
  const weights = new Parameters(random.derive('weights'));
  const encode = encoder(weights.scope('encoder'));
  const decode = decoder(weights.scope('decoder'));
  const optimiser = adam(new Parameters(random.derive('state')), weights.trainable);
  const inputs = { x: batch([size, 28, 28, 1]), noise: normal([size, latent]) };
  const step = program('vae-train', inputs, ({ x, noise }) => {
    const { loss, gradients: slopes } = gradients(weights.trainable, () => {
      const [mean, logVariance] = tf.split(encode(x), 2, 1) as [tf.Tensor, tf.Tensor]; // [N, 16] each
      const logSd = tf.mul(logVariance, 0.5);
      const z = tf.add(mean, tf.mul(tf.exp(logSd), noise));
      const likelihood = tf.sum(bernoulliLogProbability(decode(z), x));
      return { loss: tf.div(tf.sub(tf.sum(standardNormalKl(mean, logSd)), likelihood), size) };
    });
    optimiser.apply(slopes, tf.scalar(1e-3));
    return { loss };
  });
  const x = binary(random.derive('bits'), pictures(random.derive('x'), batches * size));
  return {
    weights,
    programs: [{ program: step, times: 1 }],
    data: { x: shaped(x, [batches, size, 28, 28, 1]), noise: normals(random.derive('noise'), [batches, size, latent]) },
  };
});

/** The decoder alone: pixels' probabilities. */
export const vaeSample = samplerWork('vae-sample', 'Convolutional VAE: 64 pictures from the decoder', () => {
  const random = new RandomStream('peers', 'vae-sample');
  const weights = new Parameters(random.derive('weights'));
  const decode = decoder(weights.scope('decoder'));
  const draw = program('vae-sample', { z: normal([size, latent]) }, ({ z }) => ({ samples: sigmoid(decode(z)) }));
  return { weights, program: draw, data: { z: normals(random.derive('z'), [size, latent]) } };
});
