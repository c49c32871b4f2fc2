import * as tf from '@tensorflow/tfjs-core';
import { batch, program, uniform } from '@kindred/engine';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { Parameters } from '@kindred/nn';

/**
 * Keeps the first `trainExamples` examples that it sees, which is the training split when epochs are permutations of it, and
 * resamples them with replacement. The bank [trainExamples, size] fills from its end: its last `filled` rows are in use. Its loss
 * `empty` is the share of the bank that was empty before the step.
 */
export function memoriser({ data, batchSize, trainExamples, random }: BuildContext<object>): GenerativeModel {
  const size = data.shape.reduce((product, length) => product * length, 1);
  const parameters = new Parameters(random);
  const bank = parameters.state('bank', [trainExamples, size]);
  const filled = parameters.state('filled', []);

  const trainStep = program('memoriser: train step', { x: batch([batchSize, ...data.shape]) }, ({ x }) => {
    const empty = tf.sub(trainExamples, filled);
    const taken = tf.minimum(empty, batchSize);
    // All rows, old and new, from the `taken`-th on: as many as the bank has, ending with the first `taken` of the batch.
    const rows = tf.concat([bank, tf.reshape(x, [batchSize, size])]);
    const indices = tf.add(tf.range(0, trainExamples, 1, 'int32'), tf.cast(taken, 'int32'));
    bank.assign(tf.gather(rows, indices));
    filled.assign(tf.add(filled, taken));
    return { empty: tf.div(empty, trainExamples) };
  });

  return {
    parameters: parameters.all,
    trainingState: {},
    trainStep,
    // The step after the one that fills the bank reports that nothing is empty.
    usefulSteps: Math.ceil(trainExamples / batchSize) + 1,
    sampler: (count) => ({
      kind: 'direct',
      program: program('memoriser: sampler', { u: uniform([count]) }, ({ u }) => {
        const drawn = tf.minimum(tf.floor(tf.mul(u, filled)), tf.sub(filled, 1));
        const indices = tf.cast(tf.add(tf.sub(trainExamples, filled), drawn), 'int32'); // [count]
        return { samples: tf.reshape(tf.gather(bank, indices), [count, ...data.shape]) };
      }),
    }),
    sampleMeaning: 'an example of the training split, drawn with replacement',
  };
}
