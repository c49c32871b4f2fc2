import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program, schedule, type Program } from '@kindred/engine';
import { accuracy, gradients, nonSaturating, type Schedule } from '@kindred/nn';
import type { Autoencoder } from '../networks/autoencoder.ts';
import type { Discriminator } from '../networks/discriminator.ts';
import type { Player } from '../player.ts';
import { squaredError } from '../squared-error.ts';

export interface AdversarialAutoencoderConfig {
  readonly autoencoder: Autoencoder;
  /** Of codes. */
  readonly discriminator: Discriminator;
  /** `autoencoder` has the variables of encoder and decoder, `encoder` those of the encoder once more. */
  readonly players: Readonly<Record<'autoencoder' | 'encoder' | 'discriminator', Player>>;
  /** Called after the updates. */
  readonly afterUpdate: () => void;
  /** Of the reconstruction. */
  readonly learningRate: Schedule;
  readonly discriminatorRate: Schedule;
  /** Of the encoder against the discriminator. */
  readonly deceptionRate: Schedule;
  readonly batchSize: number;
}

/**
 * Three updates, one after the other, each from where the one before led:
 *
 *     encoder and decoder:  |x - reconstruction|^2
 *     discriminator:        -log D(z) - log(1 - D(code)),  z from N(0, I)
 *     encoder:              -log D(code)
 *
 * The encoder has an optimiser for each of its updates. With one for the weighted sum of both losses the reconstruction drowned the
 * adversary at every weight that was tried.
 *
 * Outputs, all scalars, means over the batch, each from before its update:
 * - `squaredError`: of reconstructions, summed over an example, in the unit of the data
 * - `discriminatorLoss`, `deceptionLoss`: those of the second and the third update, nats
 * - `discriminatorAccuracy`: share of draws and codes on the right side, 0 ... 1; 1/2 where codes are as good as draws from the prior
 *
 * @see Makhzani et al. 2015, arXiv:1511.05644
 */
export function adversarialAutoencoderStep(config: AdversarialAutoencoderConfig): Program {
  const { autoencoder, discriminator, players, batchSize } = config;
  const { latentSize, shape, noiseSize } = autoencoder;
  const inputs = {
    x: batch([batchSize, ...shape]),
    priorNoise: normal([batchSize, latentSize]),
    ...(noiseSize > 0 && { posteriorNoise: normal([batchSize, noiseSize]) }),
    learningRate: schedule(config.learningRate),
    discriminatorRate: schedule(config.discriminatorRate),
    deceptionRate: schedule(config.deceptionRate),
  };
  const judge = (codes: tf.Tensor): tf.Tensor => discriminator.scores(discriminator.features(codes, 'batch')); // [N]
  return program('hybrid.train-adversarial-autoencoder', inputs, (tensors) => {
    const { x, priorNoise, posteriorNoise, learningRate, discriminatorRate, deceptionRate } = tensors;
    const encode = (): tf.Tensor => autoencoder.draw(x, posteriorNoise); // [N, latentSize]
    const reconstruction = gradients(players.autoencoder.variables, () => ({
      loss: squaredError(autoencoder.decode(encode(), 'training'), x),
    }));
    players.autoencoder.optimiser.apply(reconstruction.gradients, learningRate);
    const codes = encode(); // outside the gradient: constants to the discriminator
    const critique = gradients(players.discriminator.variables, () => {
      const [real, fake] = [judge(priorNoise), judge(codes)];
      return { loss: nonSaturating.discriminator(real, fake), accuracy: accuracy(nonSaturating, real, fake) };
    });
    players.discriminator.optimiser.apply(critique.gradients, discriminatorRate);
    const deception = gradients(players.encoder.variables, () => ({
      loss: nonSaturating.generator(judge(encode()), () => judge(priorNoise)),
    }));
    players.encoder.optimiser.apply(deception.gradients, deceptionRate);
    config.afterUpdate();
    return {
      squaredError: reconstruction.loss,
      discriminatorLoss: critique.loss,
      deceptionLoss: deception.loss,
      discriminatorAccuracy: critique.aux.accuracy,
    };
  });
}
