import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program, schedule, type Program } from '@kindred/engine';
import { accuracy, gradients, nonSaturating, type Mode, type Schedule } from '@kindred/nn';
import { codesFrom, gaussianOf, type Autoencoder } from '../networks/autoencoder.ts';
import type { Discriminator } from '../networks/discriminator.ts';
import type { Player } from '../player.ts';
import { squaredError } from '../squared-error.ts';
import { deceptionLoss, discriminatorLoss, priorLoss, similarityLoss, type Scores } from './losses.ts';

export interface VaeGanConfig {
  /** With Gaussian posteriors. */
  readonly autoencoder: Autoencoder;
  /** Of examples. */
  readonly discriminator: Discriminator;
  readonly players: Readonly<Record<'encoder' | 'decoder' | 'discriminator', Player>>;
  /** Called after the updates. */
  readonly afterUpdate: () => void;
  /** Of the KL in the encoder's loss. */
  readonly klWeight: number;
  /** gamma: weight of the similarity in the decoder's loss. */
  readonly similarityWeight: number;
  /** Of encoder and decoder. */
  readonly learningRate: Schedule;
  readonly discriminatorRate: Schedule;
  readonly batchSize: number;
}

/**
 * One update of encoder, decoder and discriminator, all from the parameters before it:
 *
 *     encoder:        klWeight * KL + similarity
 *     decoder:        gamma * similarity - log D(reconstruction) - log D(sample)
 *     discriminator:  -log D(x) - log(1 - D(reconstruction)) - log(1 - D(sample))
 *
 * so that the encoder gets no adversarial gradient, and the discriminator none of the similarity that is measured in its features.
 * Reconstructions and samples are decoded as one batch, whose statistics normalise both.
 *
 * Outputs, all scalars, means over the batch, from before the update:
 * - `squaredError`: of reconstructions in the unit of the data, summed over an example; nobody minimises it
 * - `similarityLoss`, `kl`, `discriminatorLoss`, `deceptionLoss`: the terms above, nats, without their weights
 * - `discriminatorAccuracy`: share of examples on the right side, real and decoded ones weighing the same, 0 ... 1
 *
 * @see Larsen et al. 2016, arXiv:1512.09300, algorithm 1
 */
export function vaeGanStep(config: VaeGanConfig): Program {
  const { autoencoder, batchSize, players } = config;
  const { latentSize, shape } = autoencoder;
  const inputs = {
    x: batch([batchSize, ...shape]),
    posteriorNoise: normal([batchSize, latentSize]),
    priorNoise: normal([batchSize, latentSize]),
    learningRate: schedule(config.learningRate),
    discriminatorRate: schedule(config.discriminatorRate),
  };
  return program('hybrid.train-vae-gan', inputs, ({ x, learningRate, discriminatorRate, ...noise }) => {
    const encoder = gradients(players.encoder.variables, () => {
      const { posterior, features } = pass(config, { x, ...noise }, 'batch');
      const [kl, similarity] = [priorLoss(posterior), similarityLoss(features.reconstructed, features.real)];
      return { loss: tf.add(tf.mul(config.klWeight, kl), similarity), kl, similarity };
    });
    const decoder = gradients(players.decoder.variables, () => {
      const { reconstruction, features, scores } = pass(config, { x, ...noise }, 'training');
      const similarity = similarityLoss(features.reconstructed, features.real);
      const deception = deceptionLoss(scores);
      return {
        loss: tf.add(tf.mul(config.similarityWeight, similarity), deception),
        deception,
        error: squaredError(reconstruction, x),
      };
    });
    const discriminator = gradients(players.discriminator.variables, () => {
      const { scores } = pass(config, { x, ...noise }, 'batch');
      const fake = tf.concat([scores.reconstructed, scores.drawn]);
      return { loss: discriminatorLoss(scores), accuracy: accuracy(nonSaturating, scores.real, fake) };
    });
    players.encoder.optimiser.apply(encoder.gradients, learningRate);
    players.decoder.optimiser.apply(decoder.gradients, learningRate);
    players.discriminator.optimiser.apply(discriminator.gradients, discriminatorRate);
    config.afterUpdate();
    return {
      squaredError: decoder.aux.error,
      similarityLoss: encoder.aux.similarity,
      kl: encoder.aux.kl,
      discriminatorLoss: discriminator.loss,
      deceptionLoss: decoder.aux.deception,
      discriminatorAccuracy: discriminator.aux.accuracy,
    };
  });
}

interface Drawn {
  /** [N, ...shape] */
  readonly x: tf.Tensor;
  /** [N, latentSize] each. */
  readonly posteriorNoise: tf.Tensor;
  readonly priorNoise: tf.Tensor;
}

/** Examples and noise through all three networks. @param mode the decoder's */
function pass({ autoencoder, discriminator }: VaeGanConfig, { x, posteriorNoise, priorNoise }: Drawn, mode: Mode) {
  const posterior = gaussianOf(autoencoder.encode(x));
  const codes = tf.concat([codesFrom(posterior, posteriorNoise), priorNoise]); // [2 N, latentSize]
  const [reconstruction, sample] = tf.split(autoencoder.decode(codes, mode), 2); // [N, ...shape] each
  if (!reconstruction || !sample) throw new Error('hybrid: the decoder gave no two halves of a batch.');
  const featuresOf = (examples: tf.Tensor): tf.Tensor => discriminator.features(examples, 'batch'); // [N, size]
  const features = { real: featuresOf(x), reconstructed: featuresOf(reconstruction), drawn: featuresOf(sample) };
  const scores: Scores = {
    real: discriminator.scores(features.real),
    reconstructed: discriminator.scores(features.reconstructed),
    drawn: discriminator.scores(features.drawn),
  };
  return { posterior, reconstruction, features, scores };
}
