import * as tf from '@tensorflow/tfjs-core';
import { batch, labels, normal, program, schedule, uniform, type InputSpec, type Program } from '@kindred/engine';
import {
  accuracy,
  globalNorm,
  gradients,
  type AdversarialLoss,
  type Optimiser,
  type Schedule,
  type VariableRecord,
} from '@kindred/nn';
import type { Network } from './architecture/architecture.ts';
import type { Augmentation } from './augmentation/augmentation.ts';
import type { Regulariser } from './regularisers/regulariser.ts';

/** A network with what trains it. */
export interface Player {
  readonly network: Network;
  /** The variables that its optimiser updates. */
  readonly variables: VariableRecord;
  readonly optimiser: Optimiser;
  readonly learningRate: Schedule;
  /** Called after each of its updates: to project its variables (weight clipping), to move an average of them. */
  readonly afterUpdate?: () => void;
}

export interface Game {
  /** Noise [N, latentSize] to examples. */
  readonly generator: Player;
  /** Examples to raw scores [M], M = N / packing. */
  readonly discriminator: Player;
  readonly loss: AdversarialLoss;
  /** A term of the discriminator's loss; left out: none. */
  readonly regulariser?: Regulariser;
  /** What is done to examples before the discriminator sees them; left out: nothing. */
  readonly augmentation?: Augmentation;
  /** Updates of the discriminator for each of the generator, default 1. */
  readonly criticSteps?: number;
  /** Examples per score, default 1. */
  readonly packing?: number;
  /** Whether the networks are given the class of each example. A fake then has the class of the real example in its place. */
  readonly conditional?: boolean;
  readonly latentSize: number;
  /** [batchSize, ...shape]: the examples of one update. */
  readonly batchShape: readonly [number, ...number[]];
}

/**
 * One round of the game as a Program: `criticSteps` updates of the discriminator, each with a batch of its own, then one of the
 * generator against the updated discriminator, each with noise of its own.
 *
 *     discriminator: minimise loss(D(x), D(G(z))) + penalty   over D, with G fixed
 *     generator:     minimise loss(D(G(z)), D(x))             over G, with D fixed
 *
 * Outputs, all scalars, all of the round's last updates and from before the update of whom they are about:
 * - `discriminatorLoss`, `generatorLoss`: what the two minimise; the discriminator's with its penalty
 * - `realScore`, `fakeScore`: means of the discriminator's raw scores
 * - `discriminatorAccuracy`: share of examples on the right side of the loss's threshold, 0 ... 1
 * - `discriminatorGradientNorm`, `generatorGradientNorm`: Euclidean norm over all gradients of a player, the penalty's included
 * - `gradientPenalty`: the weighted penalty alone, where there is one
 *
 * Batch statistics: each update normalises by its own batches, and real and fake examples are never mixed in one. Moving averages
 * move once per update: the generator's in its own, the discriminator's by the real examples.
 *
 * @see Goodfellow et al. 2014, arXiv:1406.2661, algorithm 1; Arjovsky et al. 2017, arXiv:1701.07875, for several critic steps
 */
export function roundOf(name: string, game: Game): Program {
  return program(name, inputsOf(game), (tensors): Record<string, tf.Tensor> => {
    const [first, ...others] = hands(game, tensors);
    let critique = updateDiscriminator(game, first, tensors);
    for (const hand of others) critique = updateDiscriminator(game, hand, tensors);
    const forgery = updateGenerator(game, others.at(-1) ?? first, tensors);
    return {
      discriminatorLoss: critique.loss,
      generatorLoss: forgery.loss,
      realScore: tf.mean(critique.real),
      fakeScore: tf.mean(critique.fake),
      discriminatorAccuracy: accuracy(game.loss, critique.real, critique.fake),
      discriminatorGradientNorm: globalNorm(critique.slopes),
      generatorGradientNorm: globalNorm(forgery.slopes),
      ...(game.regulariser && { gradientPenalty: critique.penalty }),
    };
  });
}

type Tensors = Readonly<Record<string, tf.Tensor | undefined>>;

function updateDiscriminator(game: Game, hand: Hand, tensors: Tensors) {
  const { generator, discriminator, loss, regulariser } = game;
  const { x, z, classes, penaltyNoise } = hand;
  const judge = (examples: tf.Tensor, mode: 'training' | 'batch') => discriminator.network(examples, mode, classes);
  const forged = generator.network(z, 'batch', classes); // [N, ...shape], outside the gradient: constants to the discriminator
  const seenReal = look(game, x, hand.realNoise, tensors); // [N, ...shape]
  const seenFake = look(game, forged, hand.fakeNoise, tensors);
  const {
    loss: value,
    gradients: slopes,
    aux,
  } = gradients(discriminator.variables, () => {
    const real = judge(seenReal, 'training'); // [M]
    const fake = judge(seenFake, 'batch'); // [M]
    const adversarial = loss.discriminator(real, fake);
    const evidence = { real: seenReal, fake: seenFake, ...(penaltyNoise && { noise: penaltyNoise }) };
    const penalty = regulariser?.penalty((examples) => judge(examples, 'batch'), evidence);
    return {
      loss: penalty ? tf.add(adversarial, penalty) : adversarial,
      penalty: penalty ?? tf.scalar(0),
      real,
      fake,
    };
  });
  discriminator.optimiser.apply(slopes, given(tensors, 'discriminatorRate'));
  discriminator.afterUpdate?.();
  return { ...aux, loss: value, slopes };
}

/** @param last the hand of the discriminator's last update: its real examples and classes */
function updateGenerator(game: Game, last: Hand, tensors: Tensors) {
  const { generator, discriminator, loss } = game;
  const { x, classes } = last;
  const judge = (examples: tf.Tensor) => discriminator.network(examples, 'batch', classes); // [M]
  const { loss: value, gradients: slopes } = gradients(generator.variables, () => {
    const forged = generator.network(given(tensors, 'generatorNoise'), 'training', classes); // [N, ...shape]
    const fake = judge(look(game, forged, tensors['generatorAugmentation'], tensors));
    return { loss: loss.generator(fake, () => judge(look(game, x, last.realNoise, tensors))) };
  });
  generator.optimiser.apply(slopes, given(tensors, 'generatorRate'));
  generator.afterUpdate?.();
  return { loss: value, slopes };
}

/** The examples as the discriminator sees them. */
function look({ augmentation }: Game, x: tf.Tensor, noise: tf.Tensor | undefined, tensors: Tensors): tf.Tensor {
  if (!augmentation || !noise) return x;
  return augmentation.apply(x, noise, tensors['augmentationStrength'] ?? tf.scalar(1));
}

/** What one update of the discriminator is dealt. */
interface Hand {
  /** [N, ...shape] */
  readonly x: tf.Tensor;
  /** [N, latentSize] */
  readonly z: tf.Tensor;
  /** [N] */
  readonly classes: tf.Tensor | undefined;
  readonly penaltyNoise: tf.Tensor | undefined;
  readonly realNoise: tf.Tensor | undefined;
  readonly fakeNoise: tf.Tensor | undefined;
}

/** Inputs in the order in which noise is drawn. Their first axis is that of one update times the updates that they are for. */
function inputsOf(game: Game): Record<string, InputSpec> {
  const { batchShape, latentSize, criticSteps = 1, packing = 1, augmentation, regulariser, conditional } = game;
  const [size, ...shape] = batchShape;
  const dealt = size * criticSteps;
  const penalty = regulariser?.noise?.(batchShape, size / packing);
  return {
    x: batch([dealt, ...shape]),
    ...(conditional && { classes: labels([dealt]) }),
    discriminatorNoise: normal([dealt, latentSize]),
    generatorNoise: normal([size, latentSize]),
    discriminatorRate: schedule(game.discriminator.learningRate),
    generatorRate: schedule(game.generator.learningRate),
    ...(penalty && { penaltyNoise: uniform([penalty[0] * criticSteps, ...penalty.slice(1)]) }),
    ...(augmentation && {
      realAugmentation: augmentation.noise(dealt),
      fakeAugmentation: augmentation.noise(dealt),
      generatorAugmentation: augmentation.noise(size),
    }),
    ...(augmentation?.strength && { augmentationStrength: schedule(augmentation.strength) }),
  };
}

/** The inputs cut into equal parts along their first axis, one for each update of the discriminator. */
function hands({ criticSteps = 1 }: Game, tensors: Tensors): [Hand, ...Hand[]] {
  const cut = (tensor: tf.Tensor, i: number): tf.Tensor => {
    const rows = (tensor.shape[0] ?? 1) / criticSteps;
    return criticSteps === 1 ? tensor : tf.slice(tensor, [i * rows], [rows]);
  };
  const hand = (i: number): Hand => {
    const part = (name: string) => {
      const tensor = tensors[name];
      return tensor && cut(tensor, i);
    };
    return {
      x: cut(given(tensors, 'x'), i),
      z: cut(given(tensors, 'discriminatorNoise'), i),
      classes: part('classes'),
      penaltyNoise: part('penaltyNoise'),
      realNoise: part('realAugmentation'),
      fakeNoise: part('fakeAugmentation'),
    };
  };
  return [hand(0), ...Array.from({ length: criticSteps - 1 }, (_, i) => hand(i + 1))];
}

function given(tensors: Tensors, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`gan: the program was not given its input ${name}.`);
  return tensor;
}
