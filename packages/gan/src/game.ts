import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program, schedule, type Program } from '@kindred/engine';
import { gradients, type Layer, type Optimiser, type Schedule, type VariableRecord } from '@kindred/nn';
import type { AdversarialLoss } from './losses/adversarial-loss.ts';

/** A network with what trains it. */
export interface Player {
  readonly network: Layer;
  /** The variables that its optimiser updates. */
  readonly variables: VariableRecord;
  readonly optimiser: Optimiser;
  readonly learningRate: Schedule;
}

export interface Game {
  /** Noise [N, latentSize] to examples. */
  readonly generator: Player;
  /** Examples to raw scores [N]. */
  readonly discriminator: Player;
  readonly loss: AdversarialLoss;
  readonly latentSize: number;
  /** [batchSize, ...shape] */
  readonly batchShape: readonly [number, ...number[]];
  /** Called after both updates, as to move an average of the generator. */
  readonly afterUpdate?: () => void;
}

/**
 * One round of the game as a Program: the discriminator's update, then the generator's against the updated discriminator, each
 * with noise of its own. Outputs, all scalars, all from before the update of whom they are about:
 * - `discriminatorLoss`, `generatorLoss`: as the loss defines them
 * - `realScore`, `fakeScore`: means of the discriminator's raw scores
 *
 * Batch statistics: each update normalises by its own batches, and real and fake examples are never mixed in one. Moving
 * averages move once per round: the generator's in its own update, the discriminator's by the real examples.
 */
export function roundOf(name: string, game: Game): Program {
  const { generator, discriminator, loss, batchShape } = game;
  const noise = normal([batchShape[0], game.latentSize]);
  return program(
    name,
    {
      x: batch(batchShape),
      discriminatorNoise: noise,
      generatorNoise: noise,
      discriminatorRate: schedule(discriminator.learningRate),
      generatorRate: schedule(generator.learningRate),
    },
    ({ x, discriminatorNoise, generatorNoise, discriminatorRate, generatorRate }) => {
      const fakes = generator.network(discriminatorNoise, 'batch'); // outside the gradient: constants to the discriminator
      const critique = gradients(discriminator.variables, () => {
        const real = discriminator.network(x, 'training'); // [N]
        const fake = discriminator.network(fakes, 'batch'); // [N]
        return { loss: loss.discriminator(real, fake), realScore: tf.mean(real), fakeScore: tf.mean(fake) };
      });
      discriminator.optimiser.apply(critique.gradients, discriminatorRate);

      const forgery = gradients(generator.variables, () => ({
        loss: loss.generator(discriminator.network(generator.network(generatorNoise, 'training'), 'batch')),
      }));
      generator.optimiser.apply(forgery.gradients, generatorRate);
      game.afterUpdate?.();
      return {
        discriminatorLoss: critique.loss,
        generatorLoss: forgery.loss,
        realScore: critique.aux.realScore,
        fakeScore: critique.aux.fakeScore,
      };
    },
  );
}
