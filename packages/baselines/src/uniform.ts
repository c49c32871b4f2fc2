import * as tf from '@tensorflow/tfjs-core';
import { batch, program, uniform as uniformNoise } from '@kindred/engine';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { Parameters } from '@kindred/nn';
import { stepsToSeeAll } from './bank.ts';

/** Larger than any value. */
const beyond = 1e30;

/**
 * Each pixel, axis or token uniform between the smallest and the largest value that it had, each on its own. Its loss `outside` is the share of
 * the batch's values that were outside before the step.
 */
export function uniform({ data, batchSize, trainExamples, random }: BuildContext<object>): GenerativeModel {
  const size = data.shape.reduce((product, length) => product * length, 1);
  const parameters = new Parameters(random);
  const low = parameters.state('low', [size], beyond);
  const high = parameters.state('high', [size], -beyond);
  const isToken = data.kind === 'sequence';

  const trainStep = program('uniform: train step', { x: batch([batchSize, ...data.shape]) }, ({ x }) => {
    const flat = tf.reshape(x, [batchSize, size]);
    const outside = tf.mean(tf.cast(tf.logicalOr(tf.less(flat, low), tf.greater(flat, high)), 'float32'));
    low.assign(tf.minimum(low, tf.min(flat, 0)));
    high.assign(tf.maximum(high, tf.max(flat, 0)));
    return { outside };
  });

  return {
    parameters: parameters.all,
    trainingState: {},
    trainStep,
    usefulSteps: stepsToSeeAll(trainExamples, batchSize),
    sampler: (count) => ({
      kind: 'direct',
      program: program('uniform: sampler', { u: uniformNoise([count, size]) }, ({ u }) => {
        const seen = tf.lessEqual(low, high);
        const [from, to] = [tf.where(seen, low, tf.zeros([size])), tf.where(seen, high, tf.zeros([size]))];
        const width = tf.add(tf.sub(to, from), isToken ? 1 : 0);
        const values = tf.minimum(tf.add(from, tf.mul(u, width)), isToken ? tf.add(to, 0.5) : to);
        return { samples: tf.reshape(isToken ? tf.floor(values) : values, [count, ...data.shape]) };
      }),
    }),
    sampleMeaning:
      'each pixel, axis or token uniform over the values that it has in the training split, each on its own',
  };
}
