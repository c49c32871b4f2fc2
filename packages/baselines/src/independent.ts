import * as tf from '@tensorflow/tfjs-core';
import { batch, normal, program } from '@kindred/engine';
import type { BuildContext, GenerativeModel } from '@kindred/model';
import { gaussianLogProbability, Parameters } from '@kindred/nn';

/**
 * A Gaussian of its own for each pixel or axis. Count, mean and sum of squared deviations are updated batch by batch:
 *
 *     delta = batch mean - mean;  mean += delta m / (n + m);  squares += batch squares + delta^2 n m / (n + m)
 *
 * which stays exact where sums of squares would cancel. One pseudo-observation of variance 1 keeps the variance of constant pixels
 * above 0. The loss is the mean negative log-density per pixel or axis of the batch, in nats, before the update.
 *
 * @see Chan et al. 1983, "Algorithms for computing the sample variance"
 */
export function independent({ data, batchSize, random }: BuildContext<object>): GenerativeModel {
  const size = data.shape.reduce((product, length) => product * length, 1);
  const parameters = new Parameters(random);
  const mean = parameters.state('mean', [size]);
  const squares = parameters.state('squares', [size]);
  const seen = parameters.state('seen', []);
  const logSd = (): tf.Tensor => tf.mul(tf.log(tf.div(tf.add(squares, 1), tf.add(seen, 1))), 0.5); // [size]

  const trainStep = program('independent: train step', { x: batch([batchSize, ...data.shape]) }, ({ x }) => {
    const flat = tf.reshape(x, [batchSize, size]);
    const negativeLogLikelihood = tf.neg(tf.mean(gaussianLogProbability(mean, logSd(), flat)));
    const batchMean = tf.mean(flat, 0);
    const batchSquares = tf.sum(tf.square(tf.sub(flat, batchMean)), 0);
    const total = tf.add(seen, batchSize);
    const delta = tf.sub(batchMean, mean);
    const share = tf.div(batchSize, total);
    squares.assign(tf.add(tf.add(squares, batchSquares), tf.mul(tf.square(delta), tf.mul(seen, share))));
    mean.assign(tf.add(mean, tf.mul(delta, share)));
    seen.assign(total);
    return { negativeLogLikelihood };
  });

  return {
    parameters: parameters.all,
    trainingState: {},
    trainStep,
    sampler: (count) => ({
      kind: 'direct',
      program: program('independent: sampler', { z: normal([count, size]) }, ({ z }) => {
        const values = tf.add(tf.mul(z, tf.exp(logSd())), mean); // [count, size]
        const samples = data.range ? tf.clipByValue(values, data.range[0], data.range[1]) : values;
        return { samples: tf.reshape(samples, [count, ...data.shape]) };
      }),
    }),
    sampleMeaning:
      'mean plus standard deviation times noise, each pixel or axis on its own, cut to the range of the data',
  };
}
