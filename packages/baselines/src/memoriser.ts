import * as tf from '@tensorflow/tfjs-core';
import { batch, program, uniform } from '@kindred/engine';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { bankOf, stepsToSeeAll } from './bank.ts';

/**
 * Keeps the first `trainExamples` examples that it sees, which is the training split when epochs are permutations of it, and
 * resamples them with replacement. Its loss `empty` is the share of the bank that was empty before the step.
 */
export function memoriser({ data, batchSize, trainExamples, random }: BuildContext<object>): GenerativeModel {
  const size = data.shape.reduce((product, length) => product * length, 1);
  const parameters = new Parameters(random);
  const bank = bankOf(parameters, trainExamples, size);

  const trainStep = program('memoriser: train step', { x: batch([batchSize, ...data.shape]) }, ({ x }) => {
    const empty = tf.sub(trainExamples, bank.filled);
    bank.take(tf.reshape(x, [batchSize, size]));
    return { empty: tf.div(empty, trainExamples) };
  });

  return {
    parameters: parameters.all,
    trainingState: {},
    trainStep,
    usefulSteps: stepsToSeeAll(trainExamples, batchSize),
    sampler: (count) => ({
      kind: 'direct',
      program: program('memoriser: sampler', { u: uniform([count]) }, ({ u }) => ({
        samples: tf.reshape(bank.draw(u), [count, ...data.shape]),
      })),
    }),
    sampleMeaning: 'an example of the training split, drawn with replacement',
  };
}
